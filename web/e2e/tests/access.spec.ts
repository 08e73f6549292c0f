import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, Program } from '../support/program.ts'
import { connection, expect, isLive, signIn, test } from '../support/test.ts'

test('a wrong password is refused and says so; the right one lets in', async ({ shop, page }) => {
  await page.goto(`${shop.url}/dashboard`)
  await signIn(page, 'manager', 'not-the-password')
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toContainText(/password/i)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn(page, 'manager')
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
  await isLive(page)
})

test('each role starts where it works and sees its own pages only', async ({ visit }) => {
  const releasing = await visit('releasing', '/')
  await expect(releasing).toHaveURL(/\/releasing\/orders$/)
  await expect(releasing.getByRole('link', { name: 'Till' })).toHaveCount(0)
  await expect(releasing.getByRole('link', { name: 'People' })).toHaveCount(0)
  await releasing.goto('/admin/users')
  await expect(releasing.getByText('Only an administrator sees this page')).toBeVisible()
  const admin = await visit('admin', '/')
  await expect(admin).toHaveURL(/\/dashboard$/)
  await expect(admin.getByRole('link', { name: 'People' })).toBeVisible()
})

test('signing out leaves nothing of the shop on the screen', async ({ visit }) => {
  const page = await visit('cashier', '/cashier/pos')
  await isLive(page)
  await page.getByRole('button', { name: /account and appearance/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expect(page.getByRole('article')).toHaveCount(0)
})

test('the link of the first start makes the first administrator, once', async ({ page }) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'branchline-e2e-first-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const args = ['serve', '--data', path.join(directory, 'data'), '--urls', url]
  const program = await Program.start(args, '/setup?token=', directory)
  try {
    await expect.poll(() => program.said).toMatch(/\/setup\?token=\S+\s/)
    const link = /http:\S+\/setup\?token=\S+/.exec(program.said)?.[0] ?? ''
    await page.goto(link)
    await page.getByLabel('Name').fill('Olga First')
    await page.getByLabel('E-mail').fill('olga@shop.test')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Create and sign in' }).click()
    await expect(page.getByRole('alert').filter({ hasText: /At least \d+ characters/ })).toBeVisible()
    await page.getByLabel('Password').fill('a-long-enough-one')
    await page.getByRole('button', { name: 'Create and sign in' }).click()
    await expect(connection(page)).toHaveText('Live')
    await expect(page.getByRole('link', { name: 'People' })).toBeVisible()

    await page.goto(link)
    await page.getByLabel('Name').fill('Second Comer')
    await page.getByLabel('E-mail').fill('second@shop.test')
    await page.getByLabel('Password').fill('a-long-enough-one')
    await page.getByRole('button', { name: 'Create and sign in' }).click()
    await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible()
  } finally {
    await program.end('SIGTERM')
    rmSync(directory, { recursive: true, force: true })
  }
})
