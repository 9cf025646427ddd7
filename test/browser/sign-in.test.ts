import { expect, test } from 'vitest'
import { settled } from './pages.ts'
import { signIn, useOffice } from './support.ts'

const office = useOffice({ seed: false })

test('a wrong password is refused in words, and nothing says whether the account exists', async () => {
  const page = await office.open()
  await page.goto('/')
  await page.waitForURL(/sign-in/)
  await signIn(page, office.business.email, 'not the password')
  const wrong = await page.getByRole('alert').textContent()
  await signIn(page, 'nobody@example.com', 'not the password')
  await expect.poll(() => page.getByRole('alert').textContent()).toBe(wrong)
})

test('one comes back to the page one asked for, and out again', async () => {
  const page = await office.enter('/items')
  await settled(page)
  expect(new URL(page.url()).pathname).toBe('/items')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(/sign-in/)
  await page.goto('/items')
  await page.waitForURL(/sign-in/)
})

test('another site never follows a sign-in', async () => {
  const page = await office.open()
  await page.goto('/sign-in?next=//example.com/')
  await signIn(page, office.business.email)
  await page.waitForURL(office.url + '/')
})

test('the language changes at once, in both scripts, and stays', async () => {
  const page = await office.enter('/items')
  await page.getByRole('heading', { level: 1, name: 'Items' }).waitFor()
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitem', { name: 'Srpski' }).click()
  await page.getByRole('heading', { level: 1, name: 'Artikli' }).waitFor()
  await page.getByRole('button', { name: 'Jezik' }).click()
  await page.getByRole('menuitem', { name: 'Српски' }).click()
  await page.getByRole('heading', { level: 1, name: 'Артикли' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Артикли' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('sr-Cyrl')
})
