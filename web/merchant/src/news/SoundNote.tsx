import { t } from '../i18n/index.ts'
import { Segmented } from '../ui/Segmented.tsx'
import styles from './SoundNote.module.css'
import { setSound, useSound } from './sound.ts'

const choices = [
  { value: 'off', label: t('people.sound_off') },
  { value: 'on', label: t('people.sound_on') },
] as const

/** Whether this device is heard when an order comes. */
export function SoundNote() {
  const sound = useSound()
  return (
    <>
      <h3 className={styles.heading}>{t('people.sound')}</h3>
      <Segmented
        label={t('people.sound')}
        options={choices}
        value={sound ? 'on' : 'off'}
        onChange={(choice) => setSound(choice === 'on')}
      />
    </>
  )
}
