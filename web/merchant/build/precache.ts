import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Plugin, transformWithOxc } from 'vite'

interface PrecacheOptions {
  /** The worker's source, which reads `self.__precache`. */
  readonly worker: string
  readonly output: string
  /** Files of `public/` that belong to the app's shell. */
  readonly also: readonly string[]
}

/** Writes the service worker with the list of everything that was built, so that a version is cached whole or not at all. */
export function precache({ worker, output, also }: PrecacheOptions): Plugin {
  return {
    name: 'branchline-precache',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_output, bundle) {
      const built = Object.values(bundle).filter((item) => !item.fileName.endsWith('.map'))
      const hash = createHash('sha256')
      for (const item of built)
        hash.update(item.fileName).update(item.type === 'chunk' ? item.code : item.source)
      for (const file of also) hash.update(await readFile(`public/${file}`))

      const files = [...built.map((item) => item.fileName), ...also].sort().map((file) => `/${file}`)
      const list = JSON.stringify({ version: hash.digest('hex').slice(0, 12), files })
      const { code } = await transformWithOxc(await readFile(worker, 'utf8'), worker, { lang: 'ts' })
      this.emitFile({ type: 'asset', fileName: output, source: code.replace('self.__precache', list) })
    },
  }
}
