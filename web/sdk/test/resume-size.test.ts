import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'
import { expect, it } from 'vitest'

it('the plug-in for missed events adds about a kilobyte to a page', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      lib: { entry: fileURLToPath(new URL('../src/resume/index.ts', import.meta.url)), formats: ['es'] },
    },
  })
  const { output } = (built as Rollup.RollupOutput[])[0] as Rollup.RollupOutput
  const size = gzipSync(output[0].code).length

  expect(output).toHaveLength(1)
  expect(output[0].imports).toEqual([])
  expect(size).toBeLessThan(1024)
})
