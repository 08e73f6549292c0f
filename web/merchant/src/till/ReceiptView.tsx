import { createPortal } from 'react-dom'
import { formatMoney } from '../format/money.ts'
import { formatInstant } from '../format/time.ts'
import { t, tOr } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import styles from './ReceiptView.module.css'
import type { Receipt } from './receipt.ts'

/** Shown on the screen and, once more outside the page, for the printer: 80 mm and nothing else on the paper. */
export function ReceiptView({ receipt }: { receipt: Receipt }) {
  return (
    <>
      <Paper receipt={receipt} />
      {createPortal(
        <div className={styles.print}>
          <Paper receipt={receipt} />
        </div>,
        document.body,
      )}
    </>
  )
}

function Paper({ receipt }: { receipt: Receipt }) {
  const { branch } = useShop()
  const money = (amount: number) => formatMoney(amount, branch.currency)
  const sum = (label: string, amount: number) => (
    <tr>
      <td colSpan={2}>{label}</td>
      <td className="figure">{money(amount)}</td>
    </tr>
  )

  return (
    <div className={styles.paper}>
      <p className={styles.shop}>{branch.name}</p>
      <p className={styles.center}>
        {text(branch.row?.receipt_header) ||
          [branch.row?.address, branch.row?.city].filter(Boolean).join(', ')}
      </p>
      <p className={styles.head}>
        <span data-testid="receipt-number">{receipt.number}</span>
        <span>{receipt.soldAt && formatInstant(receipt.soldAt)}</span>
      </p>
      <table className={styles.lines}>
        <tbody>
          {receipt.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a receipt never changes
            <tr key={index}>
              <td className="figure">{line.quantity}</td>
              <td>
                {line.name}
                {(line.quantity !== 1 || line.discount > 0) && (
                  <small className={styles.each}>
                    {money(line.unitPrice)}
                    {line.discount > 0 && ` · ${money(-line.discount)}`}
                  </small>
                )}
              </td>
              <td className="figure">{money(line.total)}</td>
            </tr>
          ))}
        </tbody>
        <tbody className={styles.sums}>
          {receipt.discount > 0 && sum(t('till.subtotal'), receipt.subtotal)}
          {receipt.discount > 0 && sum(t('till.discount'), -receipt.discount)}
          <tr className={styles.total}>
            <td colSpan={2}>{t('till.total')}</td>
            <td className="figure">{money(receipt.total)}</td>
          </tr>
          {sum(t('till.tax_included'), receipt.tax)}
          {receipt.payments.map((payment, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a receipt never changes
            <tr key={index}>
              <td colSpan={2}>{tOr(`till.${payment.method}`, payment.method)}</td>
              <td className="figure">{money(payment.tendered ?? payment.amount)}</td>
            </tr>
          ))}
          {receipt.change > 0 && sum(t('till.change'), receipt.change)}
        </tbody>
      </table>
      <p className={styles.center}>{t('till.served_by', { name: receipt.cashier })}</p>
      <p className={styles.center}>{text(branch.row?.receipt_footer)}</p>
    </div>
  )
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
