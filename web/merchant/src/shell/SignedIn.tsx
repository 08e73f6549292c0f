import { useSession } from '@branchline/client/react'
import { SignIn } from '../access/SignIn.tsx'
import { Connection } from '../connection/Connection.tsx'
import { Banners } from '../life/Banners.tsx'
import { ShopProvider } from '../shop/Shop.tsx'
import { Shell } from './Shell.tsx'
import styles from './SignedIn.module.css'

/** The sign-in, or the shop. Who was signed in stays so offline. */
export function SignedIn() {
  const session = useSession()
  if (!session) {
    return (
      <>
        <div className={styles.banners}>
          <Banners />
        </div>
        <div className={styles.corner}>
          <Connection />
        </div>
        <SignIn />
      </>
    )
  }
  return (
    <ShopProvider key={session.user.id}>
      <Shell />
    </ShopProvider>
  )
}
