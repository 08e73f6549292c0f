// Runs every test runner and ends with one line: "N passed, N failed".
// A runner that did not run, or wrote no report, counts as one failed test.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'

const reports = mkdtempSync(path.join(tmpdir(), 'branchline-tests-'))
const totals = []

function run(command, args, options = {}) {
  console.log(`\n> ${[command, ...args].join(' ')}`)
  return spawnSync(command, args, { stdio: 'inherit', ...options }).status === 0
}

/** Like `run`, beside others: what it says is told whole when it ends. */
function runBeside(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    const said = []
    child.stdout.on('data', (text) => said.push(text))
    child.stderr.on('data', (text) => said.push(text))
    child.once('error', () => resolve(false))
    child.once('close', (code) => {
      console.log(`\n> ${[command, ...args].join(' ')}\n${Buffer.concat(said)}`)
      resolve(code === 0)
    })
  })
}

/** One runner: `start` runs it and answers whether it ended well; `count` reads its report. */
async function runner(name, start, report, count) {
  const startedAt = Date.now()
  const seconds = () => Math.round((Date.now() - startedAt) / 1000)
  let ended = false
  try {
    ended = await start()
    const { passed, failed, failures = [] } = count(readFileSync(report, 'utf8'))
    // A runner that ended badly without naming a test failed all the same.
    totals.push({ name, passed, failed: failed === 0 && !ended ? 1 : failed, failures, seconds: seconds() })
  } catch (failure) {
    console.error(`${name} did not run: ${failure.message}`)
    totals.push({ name, passed: 0, failed: 1, failures: [], seconds: seconds() })
  }
}

function countXunit(xml) {
  const numbers = [...xml.matchAll(/<assembly\s[^>]*>/g)].map(([tag]) => ({
    passed: Number(/\spassed="(\d+)"/.exec(tag)?.[1] ?? 0),
    failed: Number(/\sfailed="(\d+)"/.exec(tag)?.[1] ?? 0) + Number(/\serrors="(\d+)"/.exec(tag)?.[1] ?? 0),
  }))
  if (numbers.length === 0) throw new Error('the report names no assembly')
  const sum = numbers.reduce((sum, one) => ({ passed: sum.passed + one.passed, failed: sum.failed + one.failed }))
  const failures = xml
    .split(/(?=<test\s)|(?=<error\s)/)
    .filter((one) => /^<test\s[^>]*\sresult="Fail"|^<error\s/.test(one))
    .map((one) => {
      const name = /\sname="([^"]*)"/.exec(one)?.[1] ?? 'outside a test'
      const told = (tag) => new RegExp(`<${tag}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${tag}>`, 's').exec(one)?.[1] ?? ''
      return `${name}\n${told('message')}\n${told('stack-trace')}`
    })
  return { ...sum, failures }
}

function countVitest(json) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(json)
  const failures = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`)
  return { passed: numPassedTests, failed: Math.max(numFailedTests, Math.min(1, numFailedTestSuites)), failures }
}

function countPlaywright(json) {
  const { stats, errors, suites } = JSON.parse(json)
  const specs = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specs)]
  const failures = suites
    .flatMap(specs)
    .filter(({ ok }) => !ok)
    .map(({ title, tests }) => `${title}\n${tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? '')).join('\n')}`)
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + (errors?.length ?? 0), failures }
}

// Tests wait for processes, lines and disks: one more at a time than there are processors.
const atOnce = String(availableParallelism() + 1)

function testDotnet(project) {
  const report = path.join(reports, `${project}.xml`)
  const args = ['run', '-c', 'Release', '--no-build', '--project', `tests/${project}`, '--', '-xml', report, '-maxThreads', atOnce]
  return runner(
    project,
    () => run('dotnet', ['build', `tests/${project}`, '-c', 'Release', '--nologo', '-v', 'q']) && run('dotnet', args),
    report,
    countXunit,
  )
}

/** Beside the tests stand programs that they start. */
function hasTests(name) {
  const project = `tests/${name}/${name}.csproj`
  return existsSync(project) && readFileSync(project, 'utf8').includes('"xunit.v3"')
}

function testVitest(workspace) {
  const report = path.join(reports, `${workspace}.json`)
  const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return runner(workspace, () => runBeside('npx', args, { cwd: `web/${workspace}` }), report, countVitest)
}

function testBrowser() {
  const report = path.join(reports, 'e2e.json')
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  return runner(
    'e2e',
    () => run('npx', ['playwright', 'test', '--reporter=list,json'], { cwd: 'web/e2e', env }),
    report,
    countPlaywright,
  )
}

/** The path of a Chromium; where there is none and this user may, Debian's is installed. */
function findChromium() {
  const found = () =>
    [process.env.CHROMIUM, ...['chromium', 'chromium-browser', 'google-chrome'].map(which)].find((one) => one && existsSync(one))
  if (found()) return found()
  if (process.getuid?.() === 0 && which('apt-get')) {
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  }
  if (found()) return found()
  console.error('No Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM to its path.')
  return ''
}

function which(program) {
  try {
    return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

process.env.CHROMIUM = findChromium()
await runner('build', () => run('make', ['--no-print-directory', 'build']), 'dist/branchline', () => ({ passed: 0, failed: 0 }))
for (const project of readdirSync('tests').filter(hasTests)) await testDotnet(project)
// These wait more than they work: for sockets, time-outs and pauses of a protocol.
await Promise.all(['sdk', 'merchant', 'clients'].filter((name) => existsSync(`web/${name}/package.json`)).map(testVitest))
if (existsSync('web/e2e/package.json')) await testBrowser()
rmSync(reports, { recursive: true })

console.log()
// What failed is told once more at the end, where somebody who has only the last lines finds it.
for (const { name, failures = [] } of totals) {
  for (const failure of failures) console.log(`FAILED ${name}: ${failure.split('\n').slice(0, 12).join('\n  ')}`)
}
for (const { name, passed, failed, seconds } of totals) console.log(`${name}: ${passed} passed, ${failed} failed, ${seconds} s`)
const sum = totals.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), { passed: 0, failed: 0 })
console.log(`${sum.passed} passed, ${sum.failed} failed`)
process.exit(sum.failed === 0 ? 0 : 1)
