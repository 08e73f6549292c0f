import type { Row } from '@branchline/client'
import { type Dispatch, Suspense } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { later } from '../ui/later.ts'
import type { CounterView } from './Counter.tsx'
import { type Cart, type CartAction, emptyCart } from './cart.ts'
import { DiscountDialog } from './DiscountDialog.tsx'
import { PaidDialog } from './PaidDialog.tsx'
import { PayDialog } from './PayDialog.tsx'
import { QuantityDialog } from './QuantityDialog.tsx'
import type { Scan } from './scanner.ts'

const CameraScan = later(() => import('./CameraScan.tsx').then((module) => module.CameraScan))
const DrawerDialog = later(() => import('./DrawerDialog.tsx').then((module) => module.DrawerDialog))
const KeysDialog = later(() => import('./KeysDialog.tsx').then((module) => module.KeysDialog))
const SalesSheet = later(() => import('./SalesSheet.tsx').then((module) => module.SalesSheet))

interface CounterDialogProps {
  readonly view: CounterView
  readonly cart: Cart
  readonly change: Dispatch<CartAction>
  readonly till: Row
  readonly series: string
  readonly onView: (view: CounterView) => void
  readonly onScan: (scan: Scan) => void
  readonly onClose: () => void
  readonly onNext: () => void
}

/** What lies over the counter; what is not of a sale itself comes later. */
export function CounterDialog(props: CounterDialogProps) {
  return (
    <Suspense>
      <Shown {...props} />
    </Suspense>
  )
}

function Shown({ view, cart, change, till, series, onView, onScan, onClose, onNext }: CounterDialogProps) {
  const line = cart.lines.find((candidate) => candidate.productId === cart.selected)
  switch (view.kind) {
    case 'selling':
      return null
    case 'quantity':
      return line ? <QuantityDialog line={line} change={change} onClose={onClose} /> : null
    case 'discount':
      return <DiscountDialog cart={cart} line={line} change={change} onClose={onClose} />
    case 'paying':
      return (
        <PayDialog
          cart={cart}
          till={till}
          series={series}
          onClose={onClose}
          onPaid={(sale) => {
            change({ kind: 'replace', cart: emptyCart })
            onView({ kind: 'paid', sale })
          }}
        />
      )
    case 'paid':
      return <PaidDialog sale={view.sale} onNext={onNext} />
    case 'sales':
      return <SalesSheet till={till} onClose={onClose} />
    case 'drawer':
      return <DrawerDialog till={till} onClose={onClose} />
    case 'camera':
      return <CameraScan onCode={(code) => onScan({ code, isEven: true })} onClose={onClose} />
    case 'keys':
      return <KeysDialog onClose={onClose} />
    case 'unknown_code':
      return (
        <Dialog
          title={t('till.unknown_code')}
          onClose={onClose}
          footer={
            <Button variant="primary" size="lg" wide onClick={onClose}>
              {t('till.unknown_code_close')}
            </Button>
          }
        >
          <p style={{ fontSize: 'var(--type-xl)', overflowWrap: 'anywhere' }} data-testid="unknown-code">
            {view.code}
          </p>
          <p style={{ color: 'var(--text-2)' }}>{t('till.unknown_code_hint')}</p>
        </Dialog>
      )
  }
}
