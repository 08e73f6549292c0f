import { defineConfig } from 'vitest/config'

// One file after the other: each starts a node of its own, and a node that shares the machine starts late.
export default defineConfig({
  test: {
    include: ['*.test.ts', 'pusher/*.test.ts'],
    testTimeout: 40_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
