import type { MergedMutation, OutboxTrouble } from '../api.ts'
import type { DeviceNews } from '../device-news.ts'
import { ProgressBook } from './progress-book.ts'

/** So many merged mutations are remembered. */
const mostMerged = 20

/** What is known of the outbox beyond what lies in it: how far each document is, what gave way, what keeps it from going off. */
export class OutboxNotes {
  readonly progress = new ProgressBook()
  #merged: readonly MergedMutation[] = []
  #trouble: OutboxTrouble | null = null

  get merged(): readonly MergedMutation[] {
    return this.#merged
  }

  get trouble(): OutboxTrouble | null {
    return this.#trouble
  }

  noteMerged(merged: readonly MergedMutation[]): void {
    if (merged.length > 0) this.#merged = [...this.#merged, ...merged].slice(-mostMerged)
  }

  noteTrouble(trouble: OutboxTrouble | null): void {
    this.#trouble = trouble
  }

  /** Takes in what another tab, or this one, has found out; false when it is of something else. */
  hear(news: DeviceNews): boolean {
    switch (news.kind) {
      case 'merged':
        this.noteMerged(news.merged)
        return true
      case 'progress':
        this.progress.note(news.records)
        return true
      case 'line':
        this.progress.noteSent(news.ids, news.sentAt)
        return true
      case 'trouble':
        this.noteTrouble(news.trouble)
        return true
      default:
        return false
    }
  }
}
