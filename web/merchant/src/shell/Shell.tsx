import { Outlet, useRouterState } from '@tanstack/react-router'
import { SignInForm } from '../access/SignIn.tsx'
import { Connection } from '../connection/Connection.tsx'
import { t } from '../i18n/index.ts'
import { Banners } from '../life/Banners.tsx'
import { NewOrders } from '../news/NewOrders.tsx'
import { useShop } from '../shop/Shop.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Account } from './Account.tsx'
import { BranchPicker } from './BranchPicker.tsx'
import { Navigation } from './Navigation.tsx'
import { NoBranch } from './NoBranch.tsx'
import { placesOf } from './navigation.ts'
import { Online } from './Online.tsx'
import styles from './Shell.module.css'
import { useDemo } from './useDemo.ts'

/** The frame of every page behind the sign-in. */
export function Shell() {
  const { user, branches } = useShop()
  const isDemo = useDemo()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const places = placesOf(user.role)
  const board = places.find((place) => place.news)
  const here = places.find((place) => path === place.to || path.startsWith(`${place.to}/`))

  return (
    <div className={styles.shell}>
      <a href="#page" className={styles.skip}>
        {t('nav.skip')}
      </a>
      <header className={styles.bar}>
        <h1 className={styles.title}>{here ? t(here.label) : t('app.name')}</h1>
        <BranchPicker />
        {isDemo && (
          <span className={styles.demo}>
            <Icon name="info" size={14} />
            {t('app.demo')}
          </span>
        )}
        <span className={styles.space} />
        <Online />
        <Account />
        <Connection signIn={<SignInForm />} />
      </header>
      <Navigation places={places} />
      {board && <NewOrders board={board.to} />}
      <div className={styles.banners}>
        <Banners />
      </div>
      <main id="page" className={styles.page} tabIndex={-1}>
        {branches.length === 0 && here?.atBranch ? <NoBranch /> : <Outlet />}
      </main>
    </div>
  )
}
