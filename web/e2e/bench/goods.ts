/** The catalogue that every figure is measured on. */
export const productCount = 50_000

const brands = ['Alba', 'Bergman', 'Casa', 'Dolce', 'Ester', 'Fjord', 'Grano', 'Hof', 'Isla', 'Jardin']
const goods = [
  'basmati rice',
  'oat milk',
  'olive oil',
  'ground coffee',
  'green tea',
  'dark chocolate',
  'tomato sauce',
  'rye bread',
  'goat cheese',
  'orange juice',
  'dish soap',
  'paper towels',
  'shampoo',
  'red lentils',
  'sea salt',
  'honey',
]
const sizes = ['100 g', '250 g', '500 g', '1 kg', '2 kg', '330 ml', '750 ml', '1 l']

export interface Good {
  readonly id: string
  readonly name: string
  readonly sku: string
  readonly barcode: string
  readonly price: number
}

/** The product of this number, always the same one. */
export function good(n: number): Good {
  const pick = (list: readonly string[], by: number) => list[Math.floor(n / by) % list.length] ?? ''
  return {
    id: idOf(0x100000 + n),
    name: `${pick(brands, 1)} ${pick(goods, 10)}, ${pick(sizes, 160)}, no. ${n}`,
    sku: `BN-${String(n).padStart(6, '0')}`,
    barcode: ean13(`460${String(n).padStart(9, '0')}`),
    price: 100 + (n % 900),
  }
}

/** A UUIDv7 of a day long ago. */
export function idOf(n: number): string {
  return `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}

function ean13(digits: string): string {
  const sum = [...digits].reduce((all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Numbers that look like chance and are the same each time. */
export function* chance(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
