/** Tells whoever looks at the console of something that nobody waits for an answer to. */
export function warn(what: string, error: unknown): void {
  console.warn(`branchline: ${what}:`, error)
}
