import { defaultClientConditions, defineConfig } from 'vite'
import { precache } from './build/precache.ts'

// The build is embedded in the server program: every asset carries its hash in its name, nothing is fetched from elsewhere.
export default defineConfig({
  plugins: [precache({ worker: 'sw/worker.ts', output: 'sw.js', also: 'public' })],
  // The SDK is taken from its source, so the app needs no build of it.
  resolve: { conditions: ['branchline-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      onLog: (level, log, handle) => {
        // Libraries mark files for servers that render; here there is none.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log)
      },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
})
