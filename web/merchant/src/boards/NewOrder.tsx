import { useBranchline, useMutate } from '@branchline/client/react'
import { useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import { OrderLines } from './OrderLines.tsx'
import { type DraftLine, draftTotal, orderWrites } from './order.ts'

/** Written here until it is saved; nothing that happens on the board touches it. */
export function NewOrder({ onClose }: { onClose: () => void }) {
  const { branch, user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const [clientName, setClientName] = useState('')
  const [clientPhone, setClientPhone] = useState('')
  const [note, setNote] = useState('')
  const [lines, setLines] = useState<readonly DraftLine[]>([])

  const save = async () => {
    const taker = {
      branchId: branch.id,
      userId: user.id,
      userName: user.name,
      series: `O-${client.deviceId.slice(-3).toUpperCase()}`,
    }
    try {
      await mutate(orderWrites({ clientName, clientPhone, note, lines }, taker, () => client.newId()))
      onClose()
    } catch (error) {
      show({ tone: 'bad', text: (error as Error).message })
    }
  }

  return (
    <Dialog
      title={t('boards.new_order')}
      shape="sheet"
      onClose={onClose}
      footer={
        <Button variant="primary" size="xl" wide disabled={lines.length === 0} onClick={() => void save()}>
          {lines.length === 0
            ? t('boards.add_goods')
            : t('boards.save_order', { total: formatMoney(draftTotal(lines), branch.currency) })}
        </Button>
      }
    >
      <TextField
        label={t('boards.client')}
        value={clientName}
        maxLength={200}
        onChange={(event) => setClientName(event.target.value)}
        hint={t('boards.client_hint')}
      />
      <TextField
        label={t('boards.phone')}
        type="tel"
        value={clientPhone}
        maxLength={40}
        onChange={(event) => setClientPhone(event.target.value)}
      />
      <OrderLines lines={lines} onChange={setLines} />
      <TextField
        label={t('boards.note')}
        value={note}
        maxLength={2000}
        onChange={(event) => setNote(event.target.value)}
      />
    </Dialog>
  )
}
