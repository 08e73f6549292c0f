/** The log's life a cursor belongs to. Numbers of different epochs have nothing to do with each other. */
export function epochOf(cursor: string): string {
  return cursor.slice(0, Math.max(0, cursor.lastIndexOf('.')))
}

/** The number in a cursor `EPOCH.NUMBER`. */
export function seqOf(cursor: string): number {
  return Number(cursor.slice(cursor.lastIndexOf('.') + 1))
}
