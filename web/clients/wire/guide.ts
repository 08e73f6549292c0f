import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { program } from '../node.ts'

/** What a guide's placeholders stand for. */
export interface Place {
  readonly port: number
  readonly directory: string
}

/** The fences of one page of docs/guide, run as they are printed; only addresses are put in. */
export class Guide {
  readonly #text: string

  constructor(name: string) {
    this.#text = readFileSync(new URL(`../../../docs/guide/${name}.md`, import.meta.url), 'utf8')
  }

  fences(language: string): string[] {
    return [...this.#text.matchAll(/^```(\w+)\n(.*?)^```/gms)]
      .filter(([, name]) => name === language)
      .map(([, , text = '']) => text)
  }

  /** The lines of each `env` fence with a port of this machine. */
  env(port: number): string[][] {
    return this.fences('env').map((text) =>
      text
        .replace(/^WEBSOCKET_PORT=.*$/m, `WEBSOCKET_PORT=${port}`)
        .trim()
        .split('\n'),
    )
  }

  /** Every `sh` fence, one after the other; what they print. */
  async shell(place: Place): Promise<string> {
    const words = program().map((word) => `'${word}'`)
    const lines = [`branchline() { ${words.join(' ')} "$@"; }`, ...this.fences('sh')]
    const script = putIn(lines.join('\n'), place).replaceAll('/var/lib/branchline', place.directory)
    return new Promise((resolve, reject) => {
      execFile('bash', ['-euo', 'pipefail', '-c', script], (failure, said, wrong) =>
        failure ? reject(new Error(`${failure.message}\n${wrong}`)) : resolve(said),
      )
    })
  }
}

/** Runs a piece of JavaScript with these names in it, and answers with the value of `result`. */
export async function run<T>(
  code: string,
  place: Place,
  names: Readonly<Record<string, unknown>>,
  result: string,
): Promise<T> {
  const body = `export default async ({ ${Object.keys(names)} }) => { ${putIn(code, place)}\nreturn ${result} }`
  const module = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(body)}`)
  return (await module.default(names)) as T
}

function putIn(text: string, { port }: Place): string {
  return text.replaceAll('live.example.com', '127.0.0.1').replaceAll('6001', String(port))
}
