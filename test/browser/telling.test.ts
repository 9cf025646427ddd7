import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

test('words of a message are changed with a preview, and a webhook endpoint shows its secret once', async () => {
  await office.business.call('POST', '/v1/orders', orderOf('TELL-1', [{ sku: '85123A', quantity: 1 }]))
  const page = await office.enter('/settings?tab=messages')
  await settled(page)
  await page.getByRole('textbox', { name: 'Subject' }).fill('Thank you for order {{order_number}}')
  // Before the preview: its frame runs no scripts, so the one that looks for faults cannot enter it.
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Preview' }).click()
  await page
    .getByText(/^Thank you for order \S+/)
    .first()
    .waitFor()
  await page.getByRole('region', { name: 'Words' }).getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()

  await page.goto('/settings?tab=webhooks')
  await settled(page)
  await page.getByRole('textbox', { name: 'Address' }).fill('https://example.com/hook')
  await page.getByRole('button', { name: 'Add endpoint' }).click()
  await page.getByText(/^whsec_/).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.reload()
  await settled(page)
  await page.getByText('https://example.com/hook').waitFor()
  expect(await page.getByText(/^whsec_/).count()).toBe(0)
  await page.getByRole('button', { name: 'Notifications' }).click()
  await page.getByText('Nothing to tell').waitFor()
})

test('the public page of an order is read by anyone with its link, in both themes, on a phone and in Serbian', async () => {
  const { id, number } = await office.business.call('POST', '/v1/orders', orderOf('TELL-2', [{ sku: '85123A', quantity: 2 }]))
  const opened = await office.business.call('POST', `/v1/orders/${String(id)}/tracking-page`, {})
  const path = new URL(String(opened['url'])).pathname
  for (const { scheme, width, locale } of [
    { scheme: 'light', width: 1440, locale: 'en-GB' },
    { scheme: 'dark', width: 360, locale: 'sr-Latn-RS' },
  ] as const) {
    const page = await office.open({ scheme, width, locale })
    await page.goto(`${path}?lang=${locale.startsWith('sr') ? 'sr-Latn' : 'en'}`)
    await page.getByText(String(number)).first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0)
    expect(await page.locator('html').getAttribute('lang')).toMatch(locale.startsWith('sr') ? /^sr/ : /^en/)
  }
})
