import { expect, it } from 'vitest'
import { languages, placeOf, snippet } from './snippets.ts'

const app = { id: 'board', key: 'board-key' }

it('every snippet names this node and the chosen app', () => {
  const place = placeOf(new URL('https://shop.example:8443/admin/realtime?view=connect'), app)
  for (const language of languages) {
    const text = snippet(language, place)
    expect(text).toContain('shop.example')
    expect(text).toContain('8443')
    if (language !== 'React') expect(text).toContain('board-key')
  }
})

it('a port that the address leaves out is that of its scheme', () => {
  expect(placeOf(new URL('https://shop.example/'), app).port).toBe(443)
  expect(placeOf(new URL('http://10.0.0.7/'), app)).toMatchObject({ port: 80, isSecure: false })
})

it('Laravel finds every name that its configuration asks for', () => {
  const text = snippet('Laravel', placeOf(new URL('http://10.0.0.7:8000/'), app))
  const asked = [...text.matchAll(/env\('(\w+)'/g)].map(([, name]) => name)
  expect(asked.length).toBeGreaterThan(5)
  for (const name of asked) expect(text).toMatch(new RegExp(`^${name}=`, 'm'))
})
