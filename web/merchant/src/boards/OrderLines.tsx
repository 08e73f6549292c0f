import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { useShop } from '../shop/Shop.tsx'
import { IconButton } from '../ui/Button.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import styles from './OrderLines.module.css'
import type { DraftLine } from './order.ts'

const shown = 6

/** Search, Enter, search, Enter: the first one found goes in. */
export function OrderLines({
  lines,
  onChange,
}: {
  lines: readonly DraftLine[]
  onChange: (lines: readonly DraftLine[]) => void
}) {
  const { branch } = useShop()
  const [search, setSearch] = useState('')
  const query = useMemo(
    () => ({ where: { status: 'active' }, search, sort: 'name', limit: search ? shown : 0 }),
    [search],
  )
  const { rows: found } = useTable('products', query)
  const money = (amount: number) => formatMoney(amount, branch.currency)

  const add = (product: Row | undefined) => {
    if (!product) return
    const known = lines.find((line) => line.productId === product.id)
    const fresh = {
      productId: product.id,
      name: String(product.name),
      quantity: 1,
      unitPrice: Number(product.price),
    }
    onChange(
      known
        ? lines.map((line) => (line === known ? { ...line, quantity: line.quantity + 1 } : line))
        : [...lines, fresh],
    )
    setSearch('')
  }
  const count = (line: DraftLine, by: number) =>
    onChange(
      lines.flatMap((other) =>
        other !== line ? [other] : line.quantity + by > 0 ? [{ ...line, quantity: line.quantity + by }] : [],
      ),
    )

  return (
    <fieldset className={styles.lines}>
      <legend className={styles.legend}>{t('boards.goods')}</legend>
      <SearchField
        label={t('boards.search_goods')}
        value={search}
        onChange={setSearch}
        onEnter={() => add(found[0])}
      />
      {search && (
        <ul className={styles.found}>
          {found.map((product) => (
            <li key={product.id}>
              <button type="button" className={styles.hit} onClick={() => add(product)}>
                <span>{String(product.name)}</span>
                <span className="figure">{money(Number(product.price))}</span>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className={styles.none}>{t('boards.none_found')}</li>}
        </ul>
      )}
      <ul>
        {lines.map((line) => (
          <li key={line.productId} className={styles.line}>
            <span className={styles.name}>{line.name}</span>
            <IconButton
              icon={line.quantity === 1 ? 'trash' : 'minus'}
              label={t('boards.one_less', { name: line.name })}
              onClick={() => count(line, -1)}
            />
            <span className={styles.quantity}>{line.quantity}</span>
            <IconButton
              icon="plus"
              label={t('boards.one_more', { name: line.name })}
              onClick={() => count(line, 1)}
            />
            <span className={styles.sum}>{money(line.quantity * line.unitPrice)}</span>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
