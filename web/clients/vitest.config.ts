import { defineConfig } from 'vitest/config'

// Two files at a time, which mostly wait: each starts a node of its own, and nodes that share the machine start late.
export default defineConfig({
  ssr: { resolve: { conditions: ['branchline-source', 'module', 'node'] } },
  test: {
    include: ['*.test.ts', 'pusher/*.test.ts'],
    testTimeout: 40_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
