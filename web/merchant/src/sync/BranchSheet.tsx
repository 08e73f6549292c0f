import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { bytes } from '../format/bytes.ts'
import { formatInstant } from '../format/time.ts'
import { formatNumber } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { useToast } from '../ui/Toast.tsx'
import { Lanes } from './Lanes.tsx'
import type { Link, Report } from './model.ts'
import styles from './Sync.module.css'
import { ago, clock, standingOf } from './standing.ts'

interface BranchSheetProps {
  readonly link: Link
  readonly now: string
  readonly onClose: () => void
  readonly onInvited: (link: Link) => void
  readonly onRemoved: () => void
}

/** Everything that is known of one branch, and the ways to a new key and out. */
export function BranchSheet({ link, now, onClose, onInvited, onRemoved }: BranchSheetProps) {
  const client = useBranchline()
  const show = useToast()
  const [refusal, setRefusal] = useState('')
  const standing = standingOf(link)
  const path = `/api/branches/links/${encodeURIComponent(link.id)}`
  const invite = async () => {
    const answer = await call<Link>(client, 'POST', `${path}/invite`)
    if (answer.kind === 'done') onInvited(answer.body)
    else setRefusal(answer.message)
  }
  const remove = async () => {
    const answer = await call(client, 'DELETE', path)
    if (answer.kind === 'refused') return setRefusal(answer.message)
    show({ tone: 'good', text: t('sync.removed', { name: link.name }) })
    onRemoved()
  }

  return (
    <Dialog
      title={link.name}
      shape="sheet"
      wide
      onClose={onClose}
      aside={
        <Badge tone={standing.tone} icon={standing.icon}>
          {standing.word}
        </Badge>
      }
    >
      {link.refusal && (
        <p className={styles.warning}>{tOr(`sync.refusals.${link.refusal.code}`, link.refusal.code)}</p>
      )}
      <dl className={styles.facts}>
        <dt>{t('sync.contact')}</dt>
        <dd>{ago(link.seenAt, now)}</dd>
        {link.joinedAt && (
          <>
            <dt>{t('sync.joined')}</dt>
            <dd>{formatInstant(link.joinedAt)}</dd>
          </>
        )}
        {link.equal && (
          <>
            <dt>{t('sync.last_word')}</dt>
            <dd>{t('sync.last_word_equal')}</dd>
          </>
        )}
        {link.report && <Reported report={link.report} />}
      </dl>
      {link.report ? <Told report={link.report} /> : <p className={styles.soft}>{t('sync.no_report')}</p>}
      <p className={styles.error} role="alert">
        {refusal}
      </p>
      <Act label="invite" icon="key" onYes={invite} />
      <Act label="remove" icon="trash" onYes={remove} />
    </Dialog>
  )
}

function Reported({ report }: { report: Report }) {
  return (
    <>
      <dt>{t('sync.host')}</dt>
      <dd>{report.host}</dd>
      <dt>{t('sync.version')}</dt>
      <dd>
        {report.version}{' '}
        {!report.hasSameSchema && (
          <Badge tone="warn" icon="info">
            {t('sync.schema_differs')}
          </Badge>
        )}
      </dd>
      <dt>{t('sync.clock')}</dt>
      <dd>{clock(report.skewSeconds)}</dd>
      <dt>{t('sync.devices_there')}</dt>
      <dd>{formatNumber(report.devices)}</dd>
      {report.diskFree !== null && (
        <>
          <dt>{t('sync.disk')}</dt>
          <dd>{bytes(report.diskFree)}</dd>
        </>
      )}
    </>
  )
}

function Told({ report }: { report: Report }) {
  const errors = Object.entries(report.errors)
  return (
    <>
      {errors.length > 0 && (
        <section className={styles.part}>
          <h3>{t('sync.errors')}</h3>
          {errors.map(([lane, error]) => (
            <p key={lane} className={styles.error}>
              {lane === 'line' ? error : `${tOr(`sync.lanes.${lane}`, lane)}: ${error}`}
            </p>
          ))}
        </section>
      )}
      <section className={styles.part}>
        <h3>{t('sync.up')}</h3>
        <Lanes lanes={report.lanes} />
      </section>
    </>
  )
}

interface ActProps {
  readonly label: 'invite' | 'remove'
  readonly icon: 'key' | 'trash'
  readonly onYes: () => Promise<void>
}

/** Says what it does before it does it. */
function Act({ label, icon, onYes }: ActProps) {
  const [asks, setAsks] = useState(false)
  const variant = label === 'remove' ? 'danger' : 'plain'
  return (
    <section className={styles.act}>
      <p className={styles.soft}>{t(`sync.${label}_hint`)}</p>
      <div className={styles.buttons}>
        {asks ? (
          <>
            <Button variant={variant} onClick={() => void onYes()}>
              {t(`sync.${label}_yes`)}
            </Button>
            <Button onClick={() => setAsks(false)}>{t('sync.keep')}</Button>
          </>
        ) : (
          <Button variant={variant} icon={icon} onClick={() => setAsks(true)}>
            {t(`sync.${label}`)}
          </Button>
        )}
      </div>
    </section>
  )
}
