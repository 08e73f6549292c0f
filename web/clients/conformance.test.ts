// The table of docs/reference/pusher-conformance.md, held to the tests that are there.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const table = readText('../../docs/reference/pusher-conformance.md')
const rows = [...table.matchAll(/^\| (?!Line|---)(.+?) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, line = '', asks = '', tests = '', result = '']) => ({
    where: `${line} ${asks}`,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    result,
  }),
)
const parts = readdirSync(new URL('pusher/', import.meta.url)).filter((name) => name.endsWith('.test.ts'))
const ofParts = parts.flatMap((file) => {
  const text = readText(`pusher/${file}`)
  const [, section = ''] = /^section\('([^']+)'/m.exec(text) ?? []
  return titlesIn(text, 'holds').map((title) => `${section}: ${title}`)
})
const others = ['golden', 'system-a'].flatMap((file) =>
  titlesIn(readText(`${file}.test.ts`), 'it').map((title) => `${file}: ${title}`),
)

function readText(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

function titlesIn(text: string, word: string): string[] {
  const call = new RegExp(`\\b${word}\\(\\s*(['"])(.+?)\\1,`, 'g')
  return [...text.matchAll(call)].map(([, , title = '']) => title)
}

/** `Class.Method` of the .NET tests. */
function isInDotnet(name: string): boolean {
  const [type = '', method = ''] = name.split('.')
  const file = readdirSync(new URL('../../tests/Branchline.Tests/', import.meta.url), { recursive: true })
    .map(String)
    .find((path) => path.endsWith(`/${type}.cs`))
  return file !== undefined && readText(`../../tests/Branchline.Tests/${file}`).includes(` ${method}(`)
}

it('names only tests that are there', () => {
  const named = rows.flatMap((row) => row.tests)
  const known = new Set([...ofParts, ...others])

  expect(rows.length).toBeGreaterThan(100)
  expect(named.filter((name) => !known.has(name) && !isInDotnet(name))).toEqual([])
})

it('names every test of every part', () => {
  const named = new Set(rows.flatMap((row) => row.tests))

  expect(ofParts.length).toBeGreaterThan(100)
  expect(ofParts.filter((name) => !named.has(name))).toEqual([])
})

it('says that a line with a test holds, and nothing else', () => {
  const wrong = rows.filter(({ tests, result }) => tests.length > 0 && result !== 'holds')

  expect(wrong.map((row) => row.where)).toEqual([])
})

it('says why where there is no test', () => {
  const silent = rows.filter(
    ({ tests, result }) => tests.length === 0 && !/^(not|measured)\b.*: /.test(result),
  )

  expect(silent.map((row) => row.where)).toEqual([])
})
