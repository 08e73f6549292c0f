import { span } from '../format/span.ts'
import { t } from '../i18n/index.ts'
import '../i18n/sync.ts'
import type { Tone } from '../ui/Badge.tsx'
import type { IconName } from '../ui/Icon.tsx'
import type { Link, Master, SyncStatus } from './model.ts'

/** A state in a word, with its icon and its tone. */
export interface Standing {
  readonly word: string
  readonly tone: Tone
  readonly icon: IconName
}

/** What an administrator should know of a branch first: the worst that is so. */
export function standingOf(link: Link): Standing {
  switch (link.state) {
    case 'removed':
      return { word: t('sync.states.removed'), tone: 'neutral', icon: 'close' }
    case 'invited':
      return { word: t('sync.states.invited'), tone: 'accent', icon: 'clock' }
    case 'expired':
      return { word: t('sync.states.expired'), tone: 'warn', icon: 'alert' }
    case 'locked_out':
      return { word: t('sync.states.locked_out'), tone: 'bad', icon: 'key' }
    case 'joined':
      break
  }
  if (link.contact === 'late') return { word: t('sync.states.late'), tone: 'bad', icon: 'offline' }
  if (link.report && Object.keys(link.report.errors).length > 0)
    return { word: t('sync.states.failing'), tone: 'bad', icon: 'alert' }
  if (link.behind === null) return { word: t('sync.states.loading'), tone: 'accent', icon: 'connecting' }
  const waits = link.behind + (link.report?.pendingUp ?? 0)
  return waits > 0
    ? { word: t('sync.states.catching_up'), tone: 'accent', icon: 'connecting' }
    : { word: t('sync.states.level'), tone: 'good', icon: 'check' }
}

export function masterStanding(master: Master): Standing {
  if (master.status === 'failed') return { word: t('sync.states.failing'), tone: 'bad', icon: 'offline' }
  if (master.status === 'never' || !master.isLoaded)
    return { word: t('sync.states.loading'), tone: 'accent', icon: 'connecting' }
  return pendingOf(master) > 0
    ? { word: t('sync.states.catching_up'), tone: 'accent', icon: 'connecting' }
    : { word: t('sync.states.level'), tone: 'good', icon: 'check' }
}

export const pendingOf = (master: Master): number =>
  master.lanes.reduce((sum, lane) => sum + lane.pending + lane.held, 0)

/** How long ago by the node's own clock, so that a wrong clock here changes nothing. */
export function ago(at: string | null, now: string): string {
  if (at === null) return t('sync.never')
  const seconds = (Date.parse(now) - Date.parse(at)) / 1000
  return seconds < 5 ? t('sync.just_now') : t('sync.ago', { time: span(seconds) })
}

/** What the clock of another node is worth saying; within a second it is right. */
export function clock(skewSeconds: number | null): string {
  if (skewSeconds === null) return ''
  const away = Math.abs(skewSeconds)
  if (away < 1) return t('sync.clock_right')
  return t(skewSeconds > 0 ? 'sync.clock_ahead' : 'sync.clock_behind', { time: span(away) })
}

/** A round of this node with a master, or of a branch with this node. */
export interface RoundLine {
  readonly key: string
  readonly id: string
  readonly who: string
  readonly startedAt: string
  readonly milliseconds: number
  readonly up: number
  readonly down: number
  readonly refused: number
  readonly repaired: number
  readonly error: string
}

/** Every round that is known, of both directions, the newest first. */
export function roundsOf(status: SyncStatus): readonly RoundLine[] {
  const own = status.masters.flatMap((master) =>
    master.rounds.map((round) => ({
      ...round,
      key: `${master.name} ${round.id}`,
      who: t('sync.with', { name: master.name }),
      up: round.applied + round.merged + round.refused,
      down: round.changes + round.rows,
      error: Object.entries(round.errors)
        .map(([lane, error]) => (lane === 'line' ? error : `${lane}: ${error}`))
        .join('; '),
    })),
  )
  const reported = status.branches.flatMap((link) =>
    (link.report?.rounds ?? []).map((round) => ({
      ...round,
      key: `${link.id} ${round.id}`,
      who: link.name,
      error: round.error?.replace(/^line: /, '') ?? '',
    })),
  )
  return [...own, ...reported].sort((one, other) => Date.parse(other.startedAt) - Date.parse(one.startedAt))
}

/** What is typed on the branch's machine. */
export function joinCommand(token: string, origin: string): string {
  return `branchline join ${token} --master-url ${origin} --data DIR`
}
