import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { Code } from './Code.tsx'
import type { AppTraffic } from './model.ts'
import styles from './Realtime.module.css'
import { type Language, languages, placeOf, snippet } from './snippets.ts'

const options = languages.map((language) => ({ value: language, label: language }))

/** A client to copy, with the values of this node. */
export function Connect({ app }: { app: AppTraffic }) {
  const [language, setLanguage] = useState<Language>('pusher-js')
  const text = snippet(language, placeOf(new URL(window.location.href), app))
  return (
    <section className={styles.card}>
      <div className={styles.head}>
        <h2>{t('realtime.snippet')}</h2>
        <Segmented<Language>
          label={t('realtime.snippet')}
          options={options}
          value={language}
          onChange={setLanguage}
        />
      </div>
      <p className={styles.hint}>
        {t(language === 'React' && !app.isOwn ? 'realtime.snippet_own_only' : 'realtime.snippet_hint')}
      </p>
      <Code text={text} label={language} />
    </section>
  )
}
