import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const password = 'branchline-demo'

/** A real node in a process of its own, with a directory of its own. */
export class Node {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'branchline-clients-'))
  readonly #options: readonly string[]
  readonly #port: number
  #process: ChildProcess | undefined

  private constructor(port: number, options: readonly string[]) {
    this.#port = port
    this.#options = options
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** A demo shop with these lines in its .env file. */
  static start(env: readonly string[], settings: readonly string[] = []): Promise<Node> {
    return Node.#started(env, ['--demo', ...settings.flatMap((setting) => ['--set', setting])])
  }

  /** The same without a shop in it: starts sooner, and nobody can sign in. */
  static startEmpty(env: readonly string[]): Promise<Node> {
    return Node.#started(env, [])
  }

  static async #started(env: readonly string[], options: readonly string[]): Promise<Node> {
    for (let attempt = 1; ; attempt++) {
      const node = new Node(await freePort(), options)
      writeFileSync(path.join(node.directory, '.env'), env.join('\n'))
      try {
        await node.run()
        return node
      } catch (failure) {
        await node.remove()
        // Somebody else may have taken the port in the meantime.
        if (attempt === 5 || !String(failure).includes('is in use')) throw failure
      }
    }
  }

  /** Starts it, also once more on the same addresses after `stop`. */
  async run(): Promise<void> {
    const [command, ...args] = program()
    const options = ['up', '--data', this.directory, '--urls', this.url, ...this.#options]
    const child = spawn(command as string, [...args, ...options], { cwd: this.directory, stdio: 'pipe' })
    this.#process = child
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      said += text
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        said += text
        if (said.includes('Branchline is ready')) resolve()
      })
      child.once('exit', (code) => reject(new Error(`The node ended with ${code}:\n${said}`)))
    })
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return

    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /** Signs in as `cashier`, `manager2` and so on. */
  async signIn(mailbox: string): Promise<Person> {
    const reply = await post(`${this.url}/api/login`, { email: `${mailbox}@demo.shop`, password }, {})
    const headers = { Authorization: `Bearer ${reply.token}` }
    const me = await fetch(`${this.url}/api/me`, { headers })
    const { branches } = (await me.json()) as { branches: { id: string }[] }
    return new Person(this.url, reply.token as string, branches[0]?.id ?? '')
  }
}

type Row = Readonly<Record<string, unknown>>

/** Somebody who is signed in, by bearer token. */
export class Person {
  readonly token: string
  readonly branchId: string
  readonly #url: string

  constructor(url: string, token: string, branchId: string) {
    this.#url = url
    this.token = token
    this.branchId = branchId
  }

  get headers(): { Authorization: string } {
    return { Authorization: `Bearer ${this.token}` }
  }

  async list(table: string): Promise<Row[]> {
    const response = await fetch(`${this.#url}/api/${table}?limit=1`, { headers: this.headers })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as Row[]
  }

  create(table: string, row: Row): Promise<Row> {
    return post(`${this.#url}/api/${table}`, row, this.headers)
  }

  async update(table: string, id: unknown, fields: Row): Promise<void> {
    const response = await fetch(`${this.#url}/api/${table}/${id}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', ...this.headers },
      body: JSON.stringify(fields),
    })
    if (!response.ok) throw new Error(await response.text())
  }
}

/** A port nobody listens on, out of those that no system gives to outgoing connections by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

async function post(url: string, body: unknown, headers: Record<string, string>): Promise<Row> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Row
}

/** What `make build` made, or what the .NET tests built. */
export function program(): string[] {
  const single = process.env.BRANCHLINE ?? path.join(root, 'dist/branchline')
  if (existsSync(single)) return [single]

  for (const configuration of ['Release', 'Debug']) {
    const library = path.join(root, `src/Branchline.Cli/bin/${configuration}/net10.0/branchline.dll`)
    if (existsSync(library)) return ['dotnet', library]
  }
  throw new Error('There is no program to test: run `make build` first')
}
