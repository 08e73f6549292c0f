// What the guides print is what is run: by test/types/guide.test.tsx, and in a browser by the end-to-end tests.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const file = (name: string) => readFileSync(new URL(`../../../docs/guide/${name}`, import.meta.url), 'utf8')
const flat = (text: string) => text.replace(/^\s+/gm, '').trim()

it.each([
  ['react.md', 'react/Shop.tsx', 'tsx', 5],
  ['javascript.md', 'javascript/index.html', 'js|html', 5],
] as const)('%s prints what %s holds', (guide, program, languages, pieces) => {
  const fences = new RegExp(`^\`\`\`(?:${languages})\\n(.*?)^\`\`\``, 'gms')
  const printed = [...file(guide).matchAll(fences)].map(([, piece = '']) => flat(piece))
  expect(printed).toHaveLength(pieces)
  for (const piece of printed) expect(flat(file(program))).toContain(piece)
})
