import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { type ReactNode, useMemo } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ReceiptView } from './ReceiptView.tsx'
import { receiptOf, receiptOfRows } from './receipt.ts'
import { SaleSteps } from './SaleState.tsx'
import type { RefusedSale } from './saleSteps.ts'

interface Ways {
  readonly onClose: () => void
  readonly onBack: () => void
}

/** A sale of today once more, with how far it has come. */
export function OldReceipt({ sale, ...ways }: Ways & { readonly sale: Row }) {
  const ofSale = useMemo(() => ({ where: { sale_id: sale.id } }), [sale.id])
  const { rows: lines } = useTable('sale_lines', ofSale)
  const { rows: payments } = useTable('transactions', ofSale)
  return (
    <Frame title={String(sale.receipt_number)} {...ways}>
      <ReceiptView receipt={receiptOfRows(sale, lines, payments)} />
      <SaleSteps id={sale.id} pending={sale.$pending} />
    </Frame>
  )
}

/** One that was refused: it was sold all the same, and its receipt is what was printed. */
export function RefusedReceipt({ sale, ...ways }: Ways & { readonly sale: RefusedSale }) {
  return (
    <Frame title={String(sale.fields.receipt_number)} {...ways}>
      <ReceiptView receipt={receiptOf(sale.item.mutation.writes)} />
      <SaleSteps id={sale.id} pending={false} />
    </Frame>
  )
}

function Frame({ title, onClose, onBack, children }: Ways & { title: string; children: ReactNode }) {
  return (
    <Dialog
      title={title}
      shape="sheet"
      onClose={onClose}
      footer={
        <>
          <Button size="lg" icon="arrowLeft" onClick={onBack}>
            {t('till.todays_sales')}
          </Button>
          <Button size="lg" icon="print" onClick={() => window.print()}>
            {t('till.print_copy')}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
