import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Browser, type BrowserContext, chromium as playwright } from '@playwright/test'
import { chromium } from './browser.ts'

/** A browser on a profile of its own that can be killed like a process, and started again on what it left on the disk. */
export class MortalBrowser {
  readonly #profile = mkdtempSync(path.join(tmpdir(), 'branchline-e2e-profile-'))
  #process: ChildProcess | undefined
  #browser: Browser | undefined

  async start(): Promise<BrowserContext> {
    const portFile = path.join(this.#profile, 'DevToolsActivePort')
    rmSync(portFile, { force: true })
    const args = [
      ...chromium.args,
      '--remote-debugging-port=0',
      `--user-data-dir=${this.#profile}`,
      'about:blank',
    ]
    // A group of its own, so that nothing of it outlives the kill.
    const child = spawn(chromium.executablePath, args, { detached: true, stdio: 'ignore' })
    this.#process = child
    const port = await portOf(portFile, child)
    this.#browser = await playwright.connectOverCDP(`http://127.0.0.1:${port}`)
    const [context] = this.#browser.contexts()
    if (!context) throw new Error('The browser has no window')
    return context
  }

  /** SIGKILL for the browser and all its helpers, at once. */
  async kill(): Promise<void> {
    await this.#end(() => process.kill(-(this.#process?.pid ?? 0), 'SIGKILL'))
  }

  /** As a person closes it. */
  async quit(): Promise<void> {
    const session = await this.#browser?.newBrowserCDPSession()
    await this.#end(() => void session?.send('Browser.close').catch(() => undefined))
  }

  async #end(act: () => void): Promise<void> {
    const child = this.#process
    if (child === undefined) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null) {
      act()
      await ended
    }
    this.#process = undefined
    await this.#browser?.close().catch(() => undefined)
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function portOf(file: string, child: ChildProcess): Promise<string> {
  for (;;) {
    const [port] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    if (port) return port
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('The browser ended before it began')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
