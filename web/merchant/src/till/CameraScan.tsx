import { useEffect, useRef, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useLatest } from '../ui/useLatest.ts'
import styles from './CameraScan.module.css'
import { readCode } from './camera.ts'

interface CameraScanProps {
  readonly onCode: (code: string) => void
  readonly onClose: () => void
}

/** What the camera sees, until it has read a code. */
export function CameraScan({ onCode, onClose }: CameraScanProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const tell = useLatest(onCode)
  useEffect(() => {
    const abort = new AbortController()
    if (video.current)
      readCode(video.current, abort.signal).then(
        (code) => code !== null && !abort.signal.aborted && tell(code),
        (error: unknown) => !abort.signal.aborted && setProblem(problemOf(error as Error)),
      )
    return () => abort.abort()
  }, [tell])

  return (
    <Dialog title={t('scan.camera')} onClose={onClose}>
      {problem === null ? <p>{t('scan.camera_hint')}</p> : <p role="alert">{problem}</p>}
      <video ref={video} className={styles.picture} muted playsInline data-testid="camera" />
    </Dialog>
  )
}

function problemOf({ name, message }: Error): string {
  return name === 'NotAllowedError' ? t('scan.camera_refused') : t('scan.camera_failed', { reason: message })
}
