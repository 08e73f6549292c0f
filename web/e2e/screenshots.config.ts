import { defineConfig } from '@playwright/test'
import everything from './playwright.config.ts'

/** `npm run screenshots`: pictures of every main screen, into the folder that SCREENSHOTS names. */
export default defineConfig(everything, { testDir: '.', testMatch: 'screenshots.ts' })
