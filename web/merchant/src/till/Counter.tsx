import type { Row } from '@branchline/client'
import { useRef, useState } from 'react'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { cx } from '../ui/cx.ts'
import { useKeys } from '../ui/keys.ts'
import { useToast } from '../ui/Toast.tsx'
import { phone, useMedia } from '../ui/useMedia.ts'
import { CartBar } from './CartBar.tsx'
import { CartPane } from './CartPane.tsx'
import styles from './Counter.module.css'
import { CounterDialog } from './CounterDialog.tsx'
import type { Product } from './catalogue.ts'
import { refusalOf } from './oversell.ts'
import { Products } from './Products.tsx'
import type { Scan } from './scanner.ts'
import { tillKeys } from './tillKeys.ts'
import { useCart } from './useCart.ts'
import { useCatalogue } from './useCatalogue.ts'
import { useScanner } from './useScanner.ts'
import type { SoldSale } from './useSell.ts'
import { useTypeToSearch } from './useTypeToSearch.ts'

/** What lies over the counter. At most one thing at a time. */
export type CounterView =
  | { readonly kind: 'selling' }
  | { readonly kind: 'quantity' | 'discount' | 'paying' | 'sales' | 'drawer' | 'keys' | 'camera' }
  | { readonly kind: 'paid'; readonly sale: SoldSale }
  | { readonly kind: 'unknown_code'; readonly code: string }

const selling: CounterView = { kind: 'selling' }

/** These are about the cart, which may be emptied by a sale in another tab. */
function needsGoods({ kind }: CounterView): boolean {
  return kind === 'paying' || kind === 'quantity' || kind === 'discount'
}

/** What is open is finished first: a scan does not change a cart that is being paid for. */
function isBusy({ kind }: CounterView): boolean {
  return !['selling', 'unknown_code', 'paid', 'camera'].includes(kind)
}

/** The selling screen: goods on the left, the cart on the right; on a phone one after the other. */
export function Counter({ till, series }: { till: Row; series: string }) {
  const { branch, user } = useShop()
  const show = useToast()
  const isPhone = useMedia(phone)
  const catalogue = useCatalogue(branch.id)
  const [cart, change] = useCart(branch.id)
  const [wanted, setView] = useState<CounterView>(selling)
  const view = needsGoods(wanted) && cart.lines.length === 0 ? selling : wanted
  if (view !== wanted) setView(view)
  const [search, setSearch] = useState('')
  const [cartShown, setCartShown] = useState(false)
  const searchField = useRef<HTMLInputElement>(null)

  const add = (product: Product) => {
    const inCart = cart.lines.find((line) => line.productId === product.productId)?.quantity ?? 0
    const onHand = catalogue.stock.of(product.productId)
    const answer = refusalOf(product, onHand - inCart, user.role)
    if (answer) show({ tone: answer.refused ? 'bad' : 'plain', text: answer.text })
    if (!answer?.refused) change({ kind: 'add', good: product })
  }
  const scanned = (scan: Scan) => {
    if (isBusy(view)) return show({ tone: 'bad', text: t('scan.in_dialog', { code: scan.code }) })
    const meaning = catalogue.codes.read(scan)
    setView(meaning.kind === 'unknown' ? { kind: 'unknown_code', code: scan.code } : selling)
    setSearch(meaning.kind === 'several' ? scan.code : '')
    if (meaning.kind === 'several') show({ tone: 'plain', text: t('scan.several', { code: scan.code }) })
    if (meaning.kind === 'product') add(meaning.product)
  }
  const open = (kind: 'quantity' | 'discount' | 'paying' | 'sales' | 'drawer' | 'keys') => {
    if (needsGoods({ kind }) && cart.lines.length === 0) show({ tone: 'plain', text: t('till.empty_hint') })
    else setView({ kind })
  }

  const isSelling = view.kind === 'selling'
  useTypeToSearch(searchField, isSelling)
  useScanner(scanned)
  useKeys(tillKeys({ cart, change, open, focusSearch: () => searchField.current?.focus() }), isSelling)

  return (
    <div className={cx(styles.counter, cartShown && styles.cartShown)}>
      <Products
        catalogue={catalogue}
        cart={cart}
        search={search}
        onSearch={setSearch}
        onAdd={add}
        onCamera={() => setView({ kind: 'camera' })}
        onUnknown={(code) => setView({ kind: 'unknown_code', code })}
        searchField={searchField}
      />
      <CartPane cart={cart} change={change} open={open} series={series} onBack={() => setCartShown(false)} />
      {isPhone && <CartBar cart={cart} onOpen={() => setCartShown(true)} onPay={() => open('paying')} />}
      <CounterDialog
        view={view}
        cart={cart}
        change={change}
        till={till}
        series={series}
        onView={setView}
        onScan={scanned}
        onClose={() => setView(selling)}
        onNext={() => {
          setView(selling)
          setCartShown(false)
          setSearch('')
        }}
      />
    </div>
  )
}
