import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'
import { expect, it } from 'vitest'

it('the core with all it needs is less than 30 kB on the line, and needs one package', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      // A library keeps its blanks otherwise; an app does not.
      rolldownOptions: { output: { minify: true } },
      lib: { entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)), formats: ['es'] },
    },
  })
  const { output } = (built as Rollup.RollupOutput[])[0] as Rollup.RollupOutput
  const size = output
    .map((file) => (file.type === 'chunk' ? gzipSync(file.code).length : 0))
    .reduce((sum, one) => sum + one, 0)
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

  console.info(`core: ${size} bytes gzipped`)
  expect(size).toBeLessThan(30_000)
  expect(Object.keys(dependencies)).toEqual(['idb'])
  expect(output.flatMap((file) => (file.type === 'chunk' ? file.imports : []))).toEqual([])
})
