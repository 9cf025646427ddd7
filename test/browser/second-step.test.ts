import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { PASSWORD } from '../support/app.ts'
import { accessibilityFaults, signIn, useOffice } from './support.ts'

const office = useOffice({ seed: false })

/** The code that an authenticator app shows now: RFC 6238 over SHA-1, six digits, 30 seconds. */
function codeOf(secret: string, step = 0): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step))
  const digest = createHmac('sha1', key).update(counter).digest()
  return String((digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('a person sets up an app, signs in with its code, and with a recovery code', async () => {
  const page = await office.enter('/settings?tab=security')
  await page.getByLabel('Your password').first().fill('not the password')
  await page.getByRole('button', { name: 'Set up an app' }).click()
  await page.getByText('is not your password').waitFor()
  await page.getByLabel('Your password').first().fill(PASSWORD)
  await page.getByRole('button', { name: 'Set up an app' }).click()
  const picture = page.getByRole('img', { name: 'QR code for the authenticator app' })
  await picture.waitFor()
  // The picture is shown, not held back by the content security policy.
  expect(await picture.evaluate((image) => Reflect.get(image, 'naturalWidth') as number)).toBeGreaterThan(50)
  expect(await accessibilityFaults(page)).toEqual([])
  const secret = (await page.locator('code').first().textContent()) ?? ''
  const recovery = ((await page.locator('pre').first().textContent()) ?? '').split('\n')
  expect(recovery).toHaveLength(10)
  const folder = process.env['TEFTER_TEST_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/second-step.png`, fullPage: true })
  await page.getByLabel('Code of the app').fill(codeOf(secret, -1))
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('button', { name: 'Turn off' }).waitFor()
  for (const code of [codeOf(secret), recovery[0] ?? '']) {
    const other = await office.open({ scheme: 'dark', width: 390, height: 844 })
    await other.goto('/sign-in')
    await signIn(other, office.business.email)
    await other.getByLabel('Code').fill('000000')
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByRole('alert').waitFor()
    expect(await accessibilityFaults(other)).toEqual([])
    if (folder !== undefined) await other.screenshot({ path: `${folder}/sign-in-code.png` })
    await other.getByLabel('Code').fill(code)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.waitForURL(`${office.url}/`)
  }
})
