import i18next, { type TOptions } from 'i18next'
import type { backoffice } from './backoffice.ts'
import type { boards } from './boards.ts'
import type { dashboard } from './dashboard.ts'
import { en } from './en.ts'
import type { drawer, leaving, queue, writes } from './queue.ts'
import type { realtime } from './realtime.ts'
import type { stock } from './stock.ts'
import type { sync } from './sync.ts'

/** Words of parts that are loaded later. Whoever uses them imports their file, which adds them. */
interface LaterTexts {
  readonly boards: typeof boards
  readonly dashboard: typeof dashboard
  readonly backoffice: typeof backoffice
  readonly stock: typeof stock
  readonly queue: typeof queue
  readonly writes: typeof writes
  readonly leaving: typeof leaving
  readonly drawer: typeof drawer
  readonly realtime: typeof realtime
  readonly sync: typeof sync
}

type Leaves<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Leaves<T[K], `${Prefix}${K}.`>
}[keyof T & string]

type Plural<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K

export type TextKey = Plural<Leaves<typeof en & LaterTexts>>

const instance = i18next.createInstance()
void instance.init({
  lng: 'en',
  resources: { en: { translation: en } },
  initAsync: false,
  interpolation: { escapeValue: false },
})

/** Adds the words of a part; all of them stand in one catalogue. */
export function addTexts(texts: Partial<LaterTexts>): void {
  instance.addResourceBundle('en', 'translation', texts, true)
}

/** A text of the catalogue. Every word on a screen comes from here or from the schema. */
export function t(key: TextKey, values?: TOptions): string {
  return instance.t(key, values ?? {})
}

/** A text that may be missing, such as the words for an enum value of another business's schema. */
export function tOr(key: string, fallback: string): string {
  return instance.exists(key) ? instance.t(key) : fallback
}
