import type { Row } from '@branchline/client'
import { useBranchline, useMutate, useRealtimeRegistrations } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { dayOf } from '../format/time.ts'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { useToast } from '../ui/Toast.tsx'
import { phone, useMedia } from '../ui/useMedia.ts'
import { Board } from './Board.tsx'
import styles from './Card.module.css'
import { Card } from './Card.tsx'
import { columnsOf } from './columns.ts'
import { movesFrom } from './moves.ts'
import { NewRegistration } from './NewRegistration.tsx'
import { moveWrites } from './order.ts'
import { emptyWord } from './pages.tsx'
import { RegistrationSheet } from './RegistrationSheet.tsx'

export function RegistrationsBoard({ states, mayCreate }: { states: readonly string[]; mayCreate: boolean }) {
  const { branch, user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const isPhone = useMedia(phone)
  const { registrations, loading } = useRealtimeRegistrations(
    useMemo(() => ({ branch: branch.id }), [branch.id]),
  )
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<{ kind: 'new' } | { kind: 'row'; id: string } | null>(null)
  const columns = columnsOf(registrations, states, search, dayOf(client.now()), emptyWord)
  const opened = open?.kind === 'row' ? registrations.find((row) => row.id === open.id) : undefined

  const move = (row: Row, to: string) => {
    mutate(moveWrites(row, to, user.name, client.now(), 'registrations')).catch((error: Error) =>
      show({ tone: 'bad', text: error.message }),
    )
  }
  const movesOf = (row: Row) => movesFrom(client.schema, 'registrations', String(row.status), user.role)

  return (
    <>
      <Board
        columns={columns}
        loading={loading}
        tools={
          <>
            <SearchField label={t('boards.search_registrations')} value={search} onChange={setSearch} />
            {mayCreate && (
              <Button
                variant="primary"
                size="lg"
                icon="plus"
                aria-label={t('boards.new_registration')}
                onClick={() => setOpen({ kind: 'new' })}
              >
                {isPhone ? t('boards.new') : t('boards.new_registration')}
              </Button>
            )}
          </>
        }
        card={(row) => (
          <Card
            row={row}
            title={String(row.client_name ?? '')}
            figure={row.fee ? formatMoney(Number(row.fee), branch.currency) : ''}
            moves={movesOf(row)}
            onMove={(to) => move(row, to)}
            onOpen={() => setOpen({ kind: 'row', id: row.id })}
          >
            <span className={styles.goods}>
              {[words(String(row.kind ?? '')), row.document].filter(Boolean).join(' · ')}
            </span>
          </Card>
        )}
      />
      {open?.kind === 'new' && <NewRegistration onClose={() => setOpen(null)} />}
      {opened && (
        <RegistrationSheet
          row={opened}
          moves={movesOf(opened)}
          onMove={(to) => move(opened, to)}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}
