import { Link, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { useNews } from '../news/useNews.ts'
import { cx } from '../ui/cx.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { phone, useMedia } from '../ui/useMedia.ts'
import styles from './Navigation.module.css'
import type { Place } from './navigation.ts'

const mostOnPhone = 5
/** More than this is said without a figure. */
const most = 99

/** A rail at the side; on a phone a bar under the thumb. */
export function Navigation({ places }: { places: readonly Place[] }) {
  const isPhone = useMedia(phone)
  const [more, setMore] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const fits = !isPhone || places.length <= mostOnPhone
  const shown = fits ? places : places.filter((place) => place.near)
  const hidden = fits ? [] : places.filter((place) => !place.near)
  const { count } = useNews()
  const counted = places.find((place) => place.news)
  const newAt = (place: Place) => (place === counted ? count : 0)
  const isHere = (place: Place) => path === place.to || path.startsWith(`${place.to}/`)

  return (
    <nav className={styles.nav} aria-label={t('nav.label')}>
      {!isPhone && <img className={styles.logo} src="/icon.svg" alt={t('app.name')} width={32} height={32} />}
      {shown.map((place) => (
        <PlaceLink key={place.to} place={place} count={newAt(place)} />
      ))}
      {hidden.length > 0 && (
        <button
          type="button"
          className={cx(styles.place, hidden.some(isHere) && styles.here)}
          onClick={() => setMore(true)}
        >
          <Icon name="more" size={22} />
          <span className={styles.label}>{t('nav.more')}</span>
        </button>
      )}
      {more && (
        <Dialog title={t('nav.more')} onClose={() => setMore(false)}>
          <div className={styles.more}>
            {hidden.map((place) => (
              <PlaceLink key={place.to} place={place} count={newAt(place)} onGo={() => setMore(false)} />
            ))}
          </div>
        </Dialog>
      )}
    </nav>
  )
}

function PlaceLink({ place, count, onGo }: { place: Place; count: number; onGo?: () => void }) {
  return (
    <Link
      to={place.to}
      className={styles.place}
      activeProps={{ className: styles.here ?? '' }}
      {...(onGo ? { onClick: onGo } : {})}
    >
      <Icon name={place.icon} size={22} />
      <span className={styles.label}>{t(place.label)}</span>
      {count > 0 && (
        <>
          <span className={styles.count} aria-hidden="true">
            {count > most ? `${most}+` : count}
          </span>
          <span className="sr-only" data-testid="news">
            {t('people.unread', { count })}
          </span>
        </>
      )}
    </Link>
  )
}
