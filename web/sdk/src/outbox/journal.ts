import type { RejectedMutation, User } from '../api.ts'
import type { Mutation } from '../protocol/messages.ts'
import { asObject, hints, parseMutation } from '../protocol/parse.ts'

const format = 'branchline-journal'
const version = 1

/** What a journal holds: all that is unsent and all that was rejected. */
export interface JournalContent {
  readonly mutations: readonly Mutation[]
  readonly rejected: readonly RejectedMutation[]
}

/** The journal as a file; its format is in the protocol's documentation. */
export function writeJournal(
  { mutations, rejected }: JournalContent,
  by: { readonly user: User; readonly device: string; readonly at: Date },
): Blob {
  const journal = {
    format,
    version,
    exported_at: by.at.toISOString(),
    user: { id: by.user.id, name: by.user.name },
    device: by.device,
    mutations,
    rejected: rejected.map(({ mutation, code, reason, table, field, remedy, rejectedAt }) => ({
      mutation,
      code,
      reason,
      // What is undefined JSON leaves out.
      table,
      field,
      remedy,
      rejected_at: rejectedAt.toISOString(),
    })),
  }
  return new Blob([JSON.stringify(journal, null, 1)], { type: 'application/json' })
}

/** Throws, saying what is wrong, when the file is no journal that this version can read. */
export async function readJournal(file: Blob): Promise<JournalContent> {
  const journal = parsed(await file.text())
  if (journal.format !== format) throw new Error('This file is no journal of Branchline')
  if (journal.version !== version)
    throw new Error(`The journal has version ${String(journal.version)}; this app reads version ${version}`)
  const { mutations, rejected } = journal
  if (!Array.isArray(mutations) || !Array.isArray(rejected))
    throw new Error('The journal is damaged: a list is missing')
  return {
    mutations: mutations.map((one, i) => whole(`mutations[${i}]`, () => parseMutation(one))),
    rejected: rejected.map((one, i) => whole(`rejected[${i}]`, () => parseRejected(asObject(one)))),
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text))
  } catch {
    throw new Error('This file is no journal of Branchline, or it was cut off')
  }
}

function whole<T>(where: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new Error(`The journal is damaged at ${where}: ${(error as Error).message}`)
  }
}

function parseRejected(from: Readonly<Record<string, unknown>>): RejectedMutation {
  const { code, reason, rejected_at } = from
  const mutation = parseMutation(from.mutation)
  const at = new Date(String(rejected_at))
  return {
    id: mutation.id,
    mutation,
    code: String(code ?? ''),
    reason: String(reason ?? ''),
    ...hints(from),
    rejectedAt: Number.isNaN(at.getTime()) ? new Date() : at,
  }
}
