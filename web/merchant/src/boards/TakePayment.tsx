import type { Row } from '@branchline/client'
import { useBranchline, useMutate } from '@branchline/client/react'
import { useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { useToast } from '../ui/Toast.tsx'
import { paymentWrites } from './order.ts'
import styles from './Sheet.module.css'

export function TakePayment({ order, onClose }: { order: Row; onClose: () => void }) {
  const { branch, user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const [saving, setSaving] = useState(false)

  const take = async (method: 'cash' | 'card') => {
    setSaving(true)
    try {
      await mutate(
        paymentWrites(order, method, user.id, () => client.newId(), client.now()),
        { document: true },
      )
      onClose()
    } catch (error) {
      setSaving(false)
      show({ tone: 'bad', text: (error as Error).message })
    }
  }

  return (
    <Dialog title={t('boards.take_payment', { number: String(order.number ?? '') })} onClose={onClose}>
      <p className={styles.due}>
        {t('boards.total')}
        <strong>{formatMoney(Number(order.total ?? 0) - Number(order.paid ?? 0), branch.currency)}</strong>
      </p>
      <div className={styles.methods}>
        <Button size="xl" icon="cash" disabled={saving} onClick={() => void take('cash')}>
          {t('till.cash')}
        </Button>
        <Button size="xl" icon="card" disabled={saving} onClick={() => void take('card')}>
          {t('till.card')}
        </Button>
      </div>
    </Dialog>
  )
}
