import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // The guides' programs stand outside of every package.
  resolve: {
    alias: [
      { find: '@branchline/client/react', replacement: here('src/react/index.ts') },
      { find: '@branchline/client', replacement: here('src/index.ts') },
      { find: /^react$/, replacement: here('../node_modules/react/index.js') },
      { find: 'react/jsx-runtime', replacement: here('../node_modules/react/jsx-runtime.js') },
      { find: 'react/jsx-dev-runtime', replacement: here('../node_modules/react/jsx-dev-runtime.js') },
    ],
  },
  server: { fs: { allow: [here('../..')] } },
  test: { include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
})
