import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import type { PayProps } from './PayDialog.tsx'
import { pay } from './payment.ts'

/** The terminal is a device of its own; the till books what it approved. */
export function PayCard({ due, saving, onComplete }: PayProps) {
  const [reference, setReference] = useState('')
  const complete = () => {
    if (!saving) onComplete([pay('card', due, due, reference.trim() || undefined)])
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        complete()
      }}
    >
      <p>{t('till.card_hint')}</p>
      <TextField
        label={t('till.reference')}
        value={reference}
        data-focus
        maxLength={80}
        onChange={(event) => setReference(event.target.value)}
        hint={t('till.reference_hint')}
      />
      <Button
        type="submit"
        variant="primary"
        size="xl"
        wide
        keys="Enter"
        disabled={saving}
        data-testid="complete"
      >
        {saving ? t('till.saving') : t('till.card_approved')}
      </Button>
    </form>
  )
}
