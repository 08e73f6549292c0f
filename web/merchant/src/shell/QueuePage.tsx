import { SignInForm } from '../access/SignIn.tsx'
import { Queue } from '../connection/Queue.tsx'
import { StorageNote } from '../life/StorageNote.tsx'
import styles from './QueuePage.module.css'

/** The queue at an address of its own, for whoever looks for it among the pages. */
export function QueuePage() {
  return (
    <div className={styles.page}>
      <Queue signIn={<SignInForm />} />
      <StorageNote />
    </div>
  )
}
