import type { Row } from '@branchline/client'
import { useComments } from '@branchline/client/react'
import { useState } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { useRead } from '../news/useNews.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './Sheet.module.css'

/** What people say about a row. What is half typed stays, whatever arrives. */
export function Comments({ table, row }: { table: string; row: Row }) {
  const { comments, add } = useComments(table, row.id)
  const show = useToast()
  const [body, setBody] = useState('')
  useRead(row.id, comments)

  const say = async () => {
    try {
      await add(body)
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
