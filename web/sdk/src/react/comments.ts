import { useCallback } from 'react'
import type { Mutation, Query, Row } from '../api.ts'
import { useBranchline } from './provider.ts'
import { useRows } from './rows.ts'

const table = 'comments'

/** What people say about one row. */
export interface Comments {
  /** Oldest first, each with `body`, `author_id`, `author_name` and `created_at`; `$pending` while the node has not answered. */
  readonly comments: readonly Row[]
  readonly loading: boolean
  /** Says something about the row, as whoever is signed in; on disk when it resolves. */
  readonly add: (body: string) => Promise<Mutation>
}

/** The comments on a row, changing by themselves. They are of the branch that the row is of. */
export function useComments(subject: string, id: string): Comments {
  const client = useBranchline()
  const { rows, loading } = useRows(table, aboutRow(subject, id))
  const add = useCallback(
    (body: string) => {
      const { user } = client.session.current ?? {}
      const row = client.row(subject as never, id) as Row | undefined
      const fields = {
        branch_id: subject === 'branches' ? id : (row?.branch_id ?? null),
        subject_table: subject,
        subject_id: id,
        author_id: user?.id ?? null,
        author_name: user?.name ?? null,
        body: body.trim(),
      }
      return client.mutate([{ table, id: client.newId(), kind: 'insert', fields }] as never)
    },
    [client, subject, id],
  )
  return { comments: rows, loading, add }
}

function aboutRow(subject: string, id: string): Query {
  return { where: { subject_table: subject, subject_id: id } }
}
