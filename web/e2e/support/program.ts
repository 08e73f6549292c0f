import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../../../dist/branchline', import.meta.url))
const program = process.env.BRANCHLINE ?? built

/** One running `branchline`, and what it has said. */
export class Program {
  readonly #process: ChildProcess
  #said = ''

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /** Resolves when the program has said `ready`. */
  static async start(args: readonly string[], ready: string, cwd: string): Promise<Program> {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const started = new Program(child)
    await new Promise<void>((resolve, reject) => {
      const hear = (text: Buffer) => {
        started.#said += text
        if (started.#said.includes(ready)) resolve()
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`branchline ended with ${code}:\n${started.#said}`)))
    })
    return started
  }

  /** Runs it to its end; throws with what it said when it fails. */
  static async run(args: readonly string[], cwd: string): Promise<void> {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text))
    child.stderr.on('data', (text: Buffer) => (said += text))
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
    if (code !== 0) throw new Error(`branchline ${args[0]} ended with ${code}:\n${said}`)
  }

  get said(): string {
    return this.#said
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill(signal)
    await ended
  }
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
