// Whatever can be imported says in its editor what it is.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src/', import.meta.url))
const declaration = /^export (?:declare )?(?:abstract )?(?:interface|type|class|function|const) (\w+)/gm

interface Declared {
  readonly name: string
  readonly isDocumented: boolean
}

/** What the file declares and exports, and whether a comment stands right above it. */
function declared(path: string): readonly Declared[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(declaration)].map((found) => {
    const above = text.slice(0, found.index).replace(/(?:\/\/ biome-ignore[^\n]*\n)+$/, '')
    return { name: found[1] as string, isDocumented: above.endsWith('*/\n') }
  })
}

/** Every name that an entry gives out, with where it is declared. */
function exported(entry: string): readonly Declared[] {
  const path = join(source, entry)
  const text = readFileSync(path, 'utf8')
  const from = (file: string) => declared(join(dirname(path), file))
  const all = [...text.matchAll(/export type \* from '(.+)'/g)].flatMap((found) => from(found[1] as string))
  const named = [...text.matchAll(/export (?:type )?\{([^}]+)\} from '(.+)'/g)].flatMap((found) => {
    const names = (found[1] as string).split(',').map((name) =>
      name
        .replace('type ', '')
        .replace(/ as .*/, '')
        .trim(),
    )
    const there = from(found[2] as string)
    return names
      .filter(Boolean)
      .map((name) => there.find((one) => one.name === name) ?? { name, isDocumented: false })
  })
  return [...declared(path), ...all, ...named]
}

it.each(['index.ts', 'react/index.ts', 'resume/index.ts'])('every name of %s is explained', (entry) => {
  expect(existsSync(join(source, entry))).toBe(true)
  const names = exported(entry)
  expect(names.length).toBeGreaterThan(1)
  expect(names.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name)).toEqual([])
})
