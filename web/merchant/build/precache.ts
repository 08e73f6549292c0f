import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Plugin, transformWithOxc } from 'vite'

interface PrecacheOptions {
  /** The worker's source, which reads `self.__precache`. */
  readonly worker: string
  readonly output: string
  /** The folder whose files are served as they are. */
  readonly also: string
}

/** Writes the service worker with the list of everything that was built, so that a version is cached whole or not at all. */
export function precache({ worker, output, also }: PrecacheOptions): Plugin {
  return {
    name: 'branchline-precache',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_output, bundle) {
      const built = Object.values(bundle).filter((item) => !item.fileName.endsWith('.map'))
      const asTheyAre = (await readdir(also, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort()
      const hash = createHash('sha256')
      for (const item of built)
        hash.update(item.fileName).update(item.type === 'chunk' ? item.code : item.source)
      for (const file of asTheyAre) hash.update(await readFile(file))

      const names = asTheyAre.map((file) => path.relative(also, file).replaceAll(path.sep, '/'))
      const files = [...built.map((item) => item.fileName), ...names].sort().map((file) => `/${file}`)
      const list = JSON.stringify({ version: hash.digest('hex').slice(0, 12), files })
      const { code } = await transformWithOxc(await readFile(worker, 'utf8'), worker, { lang: 'ts' })
      this.emitFile({ type: 'asset', fileName: output, source: code.replace('self.__precache', list) })
    },
  }
}
