import { useBranchline, useMutate } from '@branchline/client/react'
import { useForm } from 'react-hook-form'
import { parseMoney } from '../format/money.ts'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import '../i18n/boards.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { SelectField, TextArea, TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'

interface Draft {
  clientName: string
  clientPhone: string
  kind: string
  document: string
  fee: string
  note: string
}

export function NewRegistration({ onClose }: { onClose: () => void }) {
  const { branch, user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const kinds = client.schema?.tables.registrations?.fields.kind?.values ?? []
  const { register, handleSubmit, formState } = useForm<Draft>({ defaultValues: { kind: kinds[0] ?? '' } })
  const { errors } = formState

  const save = handleSubmit(async (draft) => {
    const fields = {
      number: { $receipt: `R-${client.deviceId.slice(-3).toUpperCase()}` },
      branch_id: branch.id,
      client_name: draft.clientName.trim(),
      client_phone: draft.clientPhone.trim() || null,
      kind: draft.kind,
      document: draft.document.trim() || null,
      fee: parseMoney(draft.fee, branch.currency) ?? 0,
      note: draft.note.trim() || null,
      cashier_name: user.name,
      status: 'new',
    }
    try {
      await mutate([{ table: 'registrations', id: client.newId(), kind: 'insert', fields }])
      onClose()
    } catch (error) {
      show({ tone: 'bad', text: (error as Error).message })
    }
  })
  const isMoney = (text: string) =>
    text.trim() === '' || (parseMoney(text, branch.currency) ?? -1) >= 0 || t('backoffice.not_money')

  return (
    <Dialog
      title={t('boards.new_registration')}
      shape="sheet"
      onClose={onClose}
      footer={
        <Button variant="primary" size="xl" wide type="submit" form="registration">
          {t('boards.save_registration')}
        </Button>
      }
    >
      <form id="registration" onSubmit={(event) => void save(event)} noValidate>
        <TextField
          label={t('boards.client')}
          required
          maxLength={200}
          error={errors.clientName?.message}
          {...register('clientName', { required: t('boards.client_missing') })}
        />
        <TextField label={t('boards.phone')} type="tel" maxLength={40} {...register('clientPhone')} />
        <SelectField label={t('boards.kind')} {...register('kind')}>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {words(kind)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('boards.document')}
          maxLength={80}
          hint={t('boards.document_hint')}
          {...register('document')}
        />
        <TextField
          label={t('boards.fee')}
          figure
          inputMode="decimal"
          error={errors.fee?.message}
          {...register('fee', { validate: isMoney })}
        />
        <TextArea label={t('boards.note')} maxLength={2000} {...register('note')} />
      </form>
    </Dialog>
  )
}
