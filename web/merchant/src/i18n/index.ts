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

/** What stands in the gaps of a text; `count` also chooses between its forms for one and for more. */
export type TextValues = Readonly<Record<string, unknown>>

type Texts = { readonly [name: string]: string | Texts }

const plurals = new Intl.PluralRules('en')
/** Every text by its whole key: `till.paid`. A library for this is a tenth of what the till may load. */
const catalogue = new Map<string, string>()
add('', en)

function add(prefix: string, texts: Texts): void {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === 'string') catalogue.set(prefix + name, text)
    else add(`${prefix}${name}.`, text)
  }
}

/** Adds the words of a part; all of them stand in one catalogue. */
export function addTexts(texts: Partial<LaterTexts>): void {
  add('', texts as Texts)
}

/** A text of the catalogue. Every word on a screen comes from here or from the schema. */
export function t(key: TextKey, values: TextValues = {}): string {
  const { count } = values
  const form = typeof count === 'number' ? catalogue.get(`${key}_${plurals.select(count)}`) : undefined
  const text = form ?? catalogue.get(key) ?? key
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** A text that may be missing, such as the words for an enum value of another business's schema. */
export function tOr(key: string, fallback: string): string {
  return catalogue.get(key) ?? fallback
}
