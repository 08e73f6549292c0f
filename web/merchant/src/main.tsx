import { createBranchline } from '@branchline/client'
import { BranchlineProvider } from '@branchline/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { watchInstall } from './life/install.ts'
import { watchUpdates } from './life/update.ts'
import './ui/tokens.css'
import './ui/base.css'
import { applyTheme } from './ui/theme.ts'

applyTheme()
const client = createBranchline({ url: '' })
const started = client.start()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <BranchlineProvider client={client}>
        <App started={started} />
      </BranchlineProvider>
    </StrictMode>,
  )
}

watchInstall()
watchUpdates(
  () => client.outbox.waiting > 0 && client.connection.state.kind === 'live' && !client.outbox.trouble,
)
