import { expect, test } from 'vitest'
import { useMailServer } from '../support/mail-server.ts'
import { useReceiver } from '../support/receiver.ts'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice({ worker: true, settings: { TEFTER_WEBHOOK_NETWORKS: '127.0.0.1/32' } })
const receiver = useReceiver()
const mail = useMailServer()

/** An order of two hearts at 2.95, paid and shipped; answers its id and number. */
async function soldOrder(externalId: string, customer: object): Promise<{ id: string; number: number }> {
  const { call } = office.business
  const { id } = await call('POST', '/v1/orders', orderOf(externalId, [{ sku: '85123A', quantity: 2 }], { customer }))
  await call('POST', `/v1/orders/${String(id)}/payments`, { kind: 'captured', amount: 590, method: 'card' })
  const order = await call('GET', `/v1/orders/${String(id)}`)
  const [shipment] = order['shipments'] as { id: string }[]
  await call('POST', '/v1/shipments/release', { shipment_ids: [shipment?.id] })
  await call('POST', `/v1/shipments/${shipment?.id}/picking`, {})
  await call('POST', `/v1/shipments/${shipment?.id}/packing`, { parcels: [{ weight_g: 700 }] })
  await call('POST', `/v1/shipments/${shipment?.id}/shipping`, {})
  return { id: String(id), number: Number(order['number']) }
}

test('a balance is followed down to its document and back; earlier proofs are kept; a customer shows their orders', async () => {
  const { number } = await soldOrder('BOOK-1', { name: 'Ana Petrović', email: 'ana@example.com', external_id: 'C-17' })
  const page = await office.enter('/trial-balance')
  await settled(page)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('link', { name: /Revenue from goods/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Journal entries' }).waitFor()
  await page.waitForURL(/account=/)
  // The tax class "standard" holds 20 %: 5.90 with tax is 4.92 of revenue and 0.98 of tax.
  await page
    .getByRole('row', { name: new RegExp(`Order ${number}`) })
    .getByRole('link')
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: /^Entry/ }).waitFor()
  await page.getByRole('cell', { name: '€4.92' }).waitFor()
  const about = page.getByRole('region', { name: 'About' })
  await about.getByRole('link', { name: 'Order', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Order #${number}` }).waitFor()
  await page.goBack()
  await about.getByRole('link', { name: 'Shipment', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: /^Shipment/ }).waitFor()

  await page.goto('/customers?kind=customer')
  await settled(page)
  await page.getByRole('row', { name: /C-17/ }).getByRole('link').first().click()
  await page.getByRole('heading', { level: 1, name: 'Ana Petrović' }).waitFor()
  await page.getByRole('link', { name: `#${number}` }).waitFor()

  await page.goto('/verification')
  await settled(page)
  const earlier = page.getByRole('region', { name: 'Earlier runs' }).getByRole('row')
  /* oxlint-disable no-await-in-loop -- one proof after another */
  for (let run = 1; run <= 2; run += 1) {
    const before = await earlier.count()
    await page.getByRole('button', { name: 'Verify now' }).click()
    await expect.poll(() => earlier.count(), { timeout: 60_000 }).toBeGreaterThan(before)
  }
  /* oxlint-enable no-await-in-loop */
  // A heading and two runs.
  expect(await earlier.count()).toBeGreaterThanOrEqual(3)
})

test('the audit trail is narrowed to a person and to a time', async () => {
  const page = await office.enter('/settings?tab=taxes')
  await settled(page)
  await page.getByRole('textbox', { name: 'Code' }).fill('books')
  await page.getByRole('textbox', { name: 'Name' }).fill('Books')
  await page.getByRole('textbox', { name: 'Rate, %' }).fill('10')
  await page.getByRole('button', { name: 'Add tax class' }).click()
  await page.getByRole('cell', { name: '10%' }).waitFor()
  await page.goto('/audit')
  await settled(page)
  await page.getByRole('combobox', { name: 'Person' }).click()
  await page.getByRole('option').first().click()
  await page.waitForURL(/actor_id=/)
  // What programs did with a key is gone; what this person did stays.
  await expect.poll(() => page.getByRole('cell', { name: 'seed' }).count()).toBe(0)
  await page.getByRole('row').nth(1).waitFor()
  await page.goto('/audit?from=2099-01-01T00%3A00%3A00.000Z')
  await page.getByText('Nothing was recorded here').waitFor()
})

test('messages and webhook requests are read in their logs, and sent again', async () => {
  const { call } = office.business
  await call('PATCH', '/v1/message-sender', {
    is_on: true,
    host: '127.0.0.1',
    port: mail.port,
    security: 'none',
    username: 'shop',
    password: 'hunter2',
    from_name: 'Shop',
    from_address: 'shop@example.com',
  })
  await call('POST', '/v1/webhook-endpoints', { url: receiver.url, description: 'Web shop', event_types: ['orders.order_placed'] })
  await call('POST', '/v1/orders', orderOf('LOG-1', [{ sku: '85123A', quantity: 1 }]))
  await expect.poll(() => mail.received.length, { timeout: 60_000 }).toBeGreaterThan(0)

  const page = await office.enter('/settings?tab=messages')
  await settled(page)
  const sent = page.getByRole('region', { name: 'Messages sent' })
  await sent.getByText('ana@example.com').first().waitFor()
  await sent.getByText('sent', { exact: true }).first().waitFor()
  await sent.getByRole('button', { name: 'Send again' }).first().click()
  await page.getByText('Queued to be sent again').waitFor()
  await expect.poll(() => mail.received.length, { timeout: 60_000 }).toBeGreaterThan(1)

  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBeGreaterThan(0)
  await page.goto('/settings?tab=webhooks')
  await settled(page)
  await page.getByText('orders.order_placed', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Requests' }).first().click()
  await page.getByText('200 · thanks').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Send again' }).first().click()
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBeGreaterThan(1)
})
