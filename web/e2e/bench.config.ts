import { defineConfig } from '@playwright/test'
import everything from './playwright.config.ts'

/** `make bench-browser`: the browser's figures, one after the other, with nothing beside them. */
export default defineConfig(everything, {
  testDir: 'bench',
  testMatch: '*.bench.ts',
  globalSetup: './bench/seed.ts',
  workers: 1,
  fullyParallel: false,
  timeout: 1_800_000,
  reporter: [['list'], ['./bench/report.ts']],
})
