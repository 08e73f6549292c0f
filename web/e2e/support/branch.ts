import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, Program } from './program.ts'
import { password, type Row } from './shop.ts'

/** A branch of a shop: a node of its own in a process of its own. */
export class Branch {
  readonly url: string
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'branchline-e2e-branch-'))
  #program: Program | undefined
  #token = ''

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`
  }

  /** Types the command that the monitor shows, and makes an administrator. */
  static async join(token: string, masterUrl: string): Promise<Branch> {
    const branch = new Branch(await freePort())
    const data = path.join(branch.#directory, 'data')
    const args = ['join', token, '--master-url', masterUrl, '--data', data, '--urls', branch.url]
    branch.#program = await Program.start(args, 'Branchline is ready', branch.#directory)
    await Program.run(
      [
        'user',
        'add',
        'admin@demo.shop',
        '--name',
        'Noor',
        '--role',
        'admin',
        '--password',
        password,
        '--data',
        data,
      ],
      branch.#directory,
    )
    return branch
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    await this.#program?.end(signal)
    this.#program = undefined
  }

  /** Once more at the same address; it goes on following. */
  async start(): Promise<void> {
    const data = path.join(this.#directory, 'data')
    this.#program = await Program.start(
      ['serve', '--data', data, '--urls', this.url],
      'Branchline is ready',
      this.#directory,
    )
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async rows(table: string, query = ''): Promise<Row[]> {
    return (await this.call('GET', `/api/${table}?${query}`)) as Row[]
  }

  /** Asks the branch as its administrator. */
  async call(method: string, address: string, body?: unknown): Promise<unknown> {
    this.#token ||= await this.#signIn()
    const response = await fetch(this.url + address, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  /** A node that runs takes over what `user add` wrote within a second. */
  async #signIn(): Promise<string> {
    for (let left = 20; ; left -= 1) {
      const answer = await fetch(`${this.url}/api/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: 'admin@demo.shop', password }),
      })
      if (answer.ok) return ((await answer.json()) as { token: string }).token
      const told = `${answer.status} ${await answer.text()}`
      if (left === 0 || !told.includes('sign_in_failed')) throw new Error(`Sign-in: ${told}`)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}
