import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../../../../dist/branchline', import.meta.url))

/** The program to test against: the one `make build` leaves, or the one BRANCHLINE_PROGRAM names. */
export const program = process.env.BRANCHLINE_PROGRAM ?? built

export const hasProgram = existsSync(program)

/** A real node with the demo shop in a directory of its own. */
export class RealNode {
  url = ''
  readonly #data = mkdtempSync(join(tmpdir(), 'branchline-sdk-'))
  #process: ChildProcess | null = null

  /** Starts it on a free port; later on the same one again, with what it kept. */
  async start(): Promise<this> {
    const urls = this.url === '' ? 'http://127.0.0.1:0' : this.url
    const child = spawn(program, ['up', '--demo', '--data', this.#data, '--urls', urls])
    this.#process = child
    let said = ''
    let complaints = ''
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (data) => {
        said += String(data)
        if (said.includes('Sign in with')) resolve()
      })
      child.stderr.on('data', (data) => {
        complaints += String(data)
      })
      child.once('exit', (code) => reject(new Error(`The node ended with ${code}: ${said}${complaints}`)))
    })
    // What it complains of may name other addresses.
    this.url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? ''
    return this
  }

  /** Ends it without a warning. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === null || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#data, { recursive: true, force: true })
  }
}
