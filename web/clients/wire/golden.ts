import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../../protocol/pusher/', import.meta.url)

/** A message as it travels: without the line end that its file has. */
export function golden(name: string): string {
  return readFileSync(new URL(`${name}.json`, folder), 'utf8').trimEnd()
}

/** The files of one folder, without their ending. */
export function goldenNames(name: string): string[] {
  return readdirSync(new URL(`${name}/`, folder)).map((file) => `${name}/${file.replace('.json', '')}`)
}

export interface GoldenClose {
  readonly code: number
  readonly when: string
  readonly text: string
  readonly again: string
}

/** What a connection is told at its end, by what the end came from. */
export function goldenClose(when: string): { readonly code: number; readonly reason: string } {
  const closes = JSON.parse(golden('closes')) as GoldenClose[]
  const found = closes.find((close) => close.when === when)
  if (!found) throw new Error(`protocol/pusher/closes.json has no '${when}'`)
  return { code: found.code, reason: found.text }
}
