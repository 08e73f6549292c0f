import type { Row } from '@branchline/client'
import { useBranchline, useMutate, useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './Sheet.module.css'

/** What people say about a row. What is half typed stays, whatever arrives. */
export function Comments({ table, row }: { table: string; row: Row }) {
  const { user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const [body, setBody] = useState('')
  const { rows: comments } = useTable(
    'comments',
    useMemo(() => ({ where: { subject_table: table, subject_id: row.id } }), [table, row.id]),
  )

  const say = async () => {
    const fields = {
      branch_id: row.branch_id ?? null,
      subject_table: table,
      subject_id: row.id,
      author_id: user.id,
      author_name: user.name,
      body: body.trim(),
    }
    try {
      await mutate([{ table: 'comments', id: client.newId(), kind: 'insert', fields }])
      setBody('')
    } catch (error) {
      show({ tone: 'bad', text: (error as Error).message })
    }
  }

  return (
    <section aria-label={t('boards.comments')}>
      <h3 className={styles.heading}>{t('boards.comments')}</h3>
      <ul>
        {comments.map((comment) => (
          <li key={comment.id} className={styles.comment}>
            <p>{String(comment.body)}</p>
            <p className={styles.by}>
              {[comment.author_name, comment.created_at && formatInstant(String(comment.created_at))]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </li>
        ))}
      </ul>
      <form
        className={styles.write}
        onSubmit={(event) => {
          event.preventDefault()
          if (body.trim()) void say()
        }}
      >
        <TextField
          label={t('boards.write_comment')}
          value={body}
          maxLength={2000}
          onChange={(event) => setBody(event.target.value)}
        />
        <Button type="submit" disabled={body.trim() === ''}>
          {t('boards.say')}
        </Button>
      </form>
    </section>
  )
}
