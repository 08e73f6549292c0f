import { createBranchline } from '@branchline/client'
import { BranchlineProvider } from '@branchline/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
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

// Only a secure context can keep the app's files. On plain HTTP the app works, but only while the server can be reached.
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
}
