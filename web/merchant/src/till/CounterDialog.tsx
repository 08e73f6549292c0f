import type { Row } from '@branchline/client'
import type { Dispatch } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import type { CounterView } from './Counter.tsx'
import { type Cart, type CartAction, emptyCart } from './cart.ts'
import { DiscountDialog } from './DiscountDialog.tsx'
import { KeysDialog } from './KeysDialog.tsx'
import { PaidDialog } from './PaidDialog.tsx'
import { PayDialog } from './PayDialog.tsx'
import { QuantityDialog } from './QuantityDialog.tsx'
import { SalesSheet } from './SalesSheet.tsx'

interface CounterDialogProps {
  readonly view: CounterView
  readonly cart: Cart
  readonly change: Dispatch<CartAction>
  readonly till: Row
  readonly series: string
  readonly onView: (view: CounterView) => void
  readonly onClose: () => void
  readonly onNext: () => void
}

export function CounterDialog({
  view,
  cart,
  change,
  till,
  series,
  onView,
  onClose,
  onNext,
}: CounterDialogProps) {
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
