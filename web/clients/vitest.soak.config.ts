import { defineConfig, mergeConfig } from 'vitest/config'
import usual from './vitest.config.ts'

// What takes minutes: not part of `make test`.
export default mergeConfig(
  { ...usual, test: { ...usual.test, include: [] } },
  defineConfig({ test: { include: ['soak/*.soak.ts'], testTimeout: 900_000 } }),
)
