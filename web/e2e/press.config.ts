import { defineConfig } from '@playwright/test'
import everything from './playwright.config.ts'

/** `npm run press`: how long from the press of "Complete sale" to the screens of others. Part of `make bench`. */
export default defineConfig(everything, { testDir: '.', testMatch: 'press.ts', workers: 1 })
