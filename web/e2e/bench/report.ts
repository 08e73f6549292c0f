import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter'
import { chromium } from '../support/browser.ts'
import { type Figure, isReached, percentile } from './figure.ts'

const results = fileURLToPath(new URL('../../../bench/results', import.meta.url))
const shares = [0.5, 0.95, 0.99, 1]

/** Writes `bench/results/DATE-MACHINE-browser.md` from the figures that the tests have handed in. */
export default class Report implements Reporter {
  readonly #figures: Figure[] = []
  readonly #failures: string[] = []
  readonly #load = loadavg()[0] ?? 0

  printsToStdio(): boolean {
    return false
  }

  onTestEnd(test: TestCase, { attachments, status, error }: TestResult): void {
    for (const { name, body } of attachments) {
      if (name === 'figure' && body) this.#figures.push(JSON.parse(body.toString()) as Figure)
    }
    if (status !== 'passed' && status !== 'skipped') {
      const reason = (error?.message ?? status).split('\n')[0]
      this.#failures.push(`${test.title}: ${reason}`)
    }
  }

  onEnd(_: FullResult): void {
    if (this.#figures.length === 0) return
    const name = process.env.BENCH_NAME ?? 'browser'
    const day = new Date().toISOString().slice(0, 10)
    mkdirSync(results, { recursive: true })
    writeFileSync(path.join(results, `${day}-${machine()}-${name}.md`), this.#text(day))
  }

  #text(day: string): string {
    const failures = this.#failures.map((failure) => `- Did not end well: ${failure}`)
    return [
      `# The browser's figures of ${day}`,
      '',
      '`make bench-browser`: the program in a process of its own with the demo shop and 50,000 more products, each with a shelf in the first',
      'branch; Chromium, headless, and whatever else a figure names on the same machine. What is measured, and with which clock, is said in',
      'the README beside this folder.',
      '',
      `- CPU: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`,
      `- Memory: ${Math.round(totalmem() / 2 ** 30)} GB`,
      `- System: ${system()}`,
      `- Browser: ${browser()}`,
      `- Load average before the start: ${this.#load.toFixed(2)}, at the end: ${(loadavg()[0] ?? 0).toFixed(2)}`,
      ...failures,
      '',
      '| Figure | CPU | Samples | p50 | p95 | p99 | Worst | Asked for | |',
      '|---|---|---|---|---|---|---|---|---|',
      ...this.#figures.map(row),
      '',
      ...this.#figures.flatMap(({ note, name, slowdown }) =>
        note === undefined ? [] : [`- ${name}${slowdown === 4 ? ', slowed down' : ''}: ${note}`],
      ),
      '',
    ].join('\n')
  }
}

function row(figure: Figure): string {
  const { name, unit, slowdown, samples, targets } = figure
  const isLarge = targets.some(({ atLeast }) => atLeast)
  const values =
    samples.length > 1
      ? shares.map((at) => format(percentile(samples, isLarge ? 1 - at : at)))
      : [format(samples[0]), '', '', '']
  const asked = targets.map(
    ({ at, limit, atLeast }) =>
      `${at < 1 ? `p${at * 100} ` : ''}${atLeast ? 'at least' : 'below'} ${limit.toLocaleString('en')} ${unit}`,
  )
  const verdict = targets.length === 0 ? '' : isReached(figure) ? 'reached' : 'missed'
  return `| ${name}, ${unit} | ${slowdown === 4 ? '4x slower' : 'full'} | ${samples.length} | ${values.join(' | ')} | ${asked.join(', ')} | ${verdict} |`
}

function format(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return value.toLocaleString('en', {
    maximumFractionDigits: Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0,
  })
}

/** The machine as the other reports name it. */
function machine(): string {
  const words = `${cpus()[0]?.model ?? process.arch} ${availableParallelism()}`
    .toLowerCase()
    .split(/[ ()@/.,]+/)
  return words.filter(Boolean).join('-')
}

function browser(): string {
  try {
    return execFileSync(chromium.executablePath, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'Chromium'
  }
}

function system(): string {
  try {
    return /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}
