import { useState } from 'react'
import { span } from '../format/span.ts'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { AddBranch } from './AddBranch.tsx'
import { BranchSheet } from './BranchSheet.tsx'
import type { Link, SyncStatus } from './model.ts'
import styles from './Sync.module.css'
import { ago, clock, standingOf } from './standing.ts'
import { TokenDialog } from './TokenDialog.tsx'

const most = 10_000

type Open =
  | { readonly kind: 'none' | 'add' }
  | { readonly kind: 'branch'; readonly id: string }
  | { readonly kind: 'token'; readonly link: Link }

interface BranchesProps {
  readonly status: SyncStatus
  readonly onChanged: () => Promise<void>
}

/** Each branch on a line; a touch opens what more is known of it. */
export function Branches({ status, onChanged }: BranchesProps) {
  const [open, setOpen] = useState<Open>({ kind: 'none' })
  const close = () => setOpen({ kind: 'none' })
  const invited = (link: Link) => {
    setOpen({ kind: 'token', link })
    void onChanged()
  }
  const links = status.branches.filter(({ state }) => state !== 'removed')
  const opened = open.kind === 'branch' ? links.find(({ id }) => id === open.id) : undefined
  const add = (
    <Button variant="primary" size="lg" icon="plus" onClick={() => setOpen({ kind: 'add' })}>
      {t('sync.add')}
    </Button>
  )
  return (
    <section className={styles.card} data-list="branches">
      <div className={styles.head}>
        <h2>{t('sync.branches')}</h2>
        {links.length > 0 && add}
      </div>
      {links.length === 0 ? (
        <Empty icon="sync" title={t('sync.no_branches')} text={t('sync.no_branches_hint')}>
          {add}
        </Empty>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('sync.branch')}</th>
              <th scope="col">{t('sync.state')}</th>
              <th scope="col">{t('sync.contact')}</th>
              <th scope="col" className={styles.figure}>
                {t('sync.down')}
              </th>
              <th scope="col" className={styles.figure}>
                {t('sync.up')}
              </th>
              <th scope="col">{t('sync.clock')}</th>
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <Line
                key={link.id}
                link={link}
                now={status.time}
                onOpen={() => setOpen({ kind: 'branch', id: link.id })}
              />
            ))}
          </tbody>
        </table>
      )}
      {open.kind === 'add' && <AddBranch onClose={close} onInvited={invited} />}
      {open.kind === 'token' && <TokenDialog link={open.link} onClose={close} />}
      {opened && (
        <BranchSheet
          link={opened}
          now={status.time}
          onClose={close}
          onInvited={invited}
          onRemoved={() => {
            close()
            void onChanged()
          }}
        />
      )}
    </section>
  )
}

function Line({ link, now, onOpen }: { link: Link; now: string; onOpen: () => void }) {
  const standing = standingOf(link)
  const { report } = link
  return (
    <tr data-branch={link.name}>
      <th scope="row">
        <button
          type="button"
          className={styles.open}
          aria-label={t('sync.details', { name: link.name })}
          onClick={onOpen}
        >
          {link.name}
        </button>
        <span className={styles.under}>{[report?.host, report?.version].filter(Boolean).join(' · ')}</span>
      </th>
      <td>
        <Badge tone={standing.tone} icon={standing.icon}>
          {standing.word}
        </Badge>
      </td>
      <td data-label={t('sync.contact')}>
        {link.contact === 'live' ? t('sync.just_now') : ago(link.seenAt, now)}
      </td>
      <td data-label={t('sync.down')} className={styles.figure}>
        {downOf(link)}
        {link.behind !== null && link.behind > 0 && link.lagSeconds !== null && (
          <span className={styles.under}>{t('sync.lag', { time: span(link.lagSeconds) })}</span>
        )}
      </td>
      <td data-label={t('sync.up')} className={styles.figure}>
        {report ? formatNumber(report.pendingUp + report.heldUp) : t('sync.unknown')}
        {report && link.contact === 'late' && (
          <span className={styles.under}>{t('sync.as_of', { time: ago(report.at, now) })}</span>
        )}
      </td>
      <td data-label={t('sync.clock')}>{report ? clock(report.skewSeconds) : t('sync.unknown')}</td>
    </tr>
  )
}

function downOf({ behind }: Link): string {
  if (behind === null) return t('sync.unknown')
  return behind >= most ? t('sync.more_than', { figure: formatNumber(most) }) : formatNumber(behind)
}
