import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, Program } from './program.ts'

/** Makes the demo shop once; every test starts from a copy of it. */
export default async function seed(): Promise<() => void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'branchline-e2e-seed-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const program = await Program.start(
    ['up', '--demo', '--data', path.join(directory, 'data'), '--urls', url],
    'Sign in with',
    directory,
  )
  await program.end('SIGTERM')
  process.env.BRANCHLINE_SEED = path.join(directory, 'data')
  return () => rmSync(directory, { recursive: true, force: true })
}
