import { defineConfig } from '@playwright/test'
import { chromium } from './support/browser.ts'

// Waits are long because machines that test may be busy; they end as soon as what is waited for is there.
// Three at a time, for they wait more than they work: each test has a node and its browsers to itself, so they may run in any order.
export default defineConfig({
  testDir: 'tests',
  globalSetup: './support/seed.ts',
  workers: 3,
  fullyParallel: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    launchOptions: chromium,
  },
})
