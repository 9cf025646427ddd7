import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

/** An order of 4 hearts at 2.95 and postage 5.00, paid 16.80, shipped from Novi Sad. */
async function shippedOrder(externalId: string): Promise<string> {
  const { call } = office.business
  const { id } = await call(
    'POST',
    '/v1/orders',
    orderOf(externalId, [{ sku: '85123A', quantity: 4 }], { charges: [{ kind: 'shipping', amount: 500 }] }),
  )
  await call('POST', `/v1/orders/${String(id)}/payments`, { kind: 'captured', amount: 1680, method: 'card' })
  const order = await call('GET', `/v1/orders/${String(id)}`)
  const [shipment] = order['shipments'] as { id: string }[]
  await call('POST', '/v1/shipments/release', { shipment_ids: [shipment?.id] })
  await call('POST', `/v1/shipments/${shipment?.id}/picking`, {})
  await call('POST', `/v1/shipments/${shipment?.id}/packing`, { parcels: [{ weight_g: 900 }] })
  await call('POST', `/v1/shipments/${shipment?.id}/shipping`, {})
  return String(id)
}

async function decide(page: Page, disposition: string, quantity: string): Promise<void> {
  await page.getByRole('button', { name: 'Decide' }).first().click()
  const dialog = page.getByRole('dialog', { name: /Decide$/ })
  await dialog.getByRole('combobox', { name: 'What happens with them' }).click()
  await page.getByRole('option', { name: disposition }).click()
  await dialog.getByRole('textbox', { name: 'Quantity' }).fill(quantity)
  await dialog.getByRole('button', { name: 'Decide' }).click()
  await dialog.waitFor({ state: 'detached' })
}

test('a return is asked for, approved, received elsewhere by scan, inspected in two ways and refunded with a fee', async () => {
  const orderId = await shippedOrder('RET-1')
  await office.business.call('POST', '/v1/notes', {
    document_type: 'order',
    document_id: orderId,
    text: 'Look under the felt',
    show_at: ['return'],
  })
  const page = await office.enter(`/orders/${orderId}`)
  await settled(page)
  await page.getByRole('button', { name: 'New return' }).click()
  const asked = page.getByRole('dialog', { name: 'New return' })
  await asked.getByRole('textbox', { name: 'Pieces of 85123A' }).fill('3')
  await asked.getByRole('switch', { name: 'Approve at once' }).click({ force: true })
  expect(await accessibilityFaults(page)).toEqual([])
  await asked.getByRole('button', { name: 'New return' }).click()
  const heading = page.getByRole('heading', { level: 1, name: /^RMA-\d+$/ })
  await heading.waitFor()
  const number = (await heading.textContent()) ?? ''
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('main').getByText('approved', { exact: true }).waitFor()

  await page.goto('/return-receipts/new')
  await settled(page)
  await page.getByRole('textbox', { name: 'Scan or type' }).fill(number)
  await page.getByRole('textbox', { name: 'Scan or type' }).press('Enter')
  await heading.waitFor()
  await page.getByText('Look under the felt').waitFor()
  await page.getByRole('button', { name: 'Receive a return' }).click()
  const receive = page.getByRole('dialog', { name: 'Receive a return' })
  await receive.getByRole('combobox', { name: 'Warehouse' }).click()
  await page.getByRole('option', { name: 'BG · Beograd' }).click()
  await receive.getByRole('button', { name: 'Receive a return' }).click()
  await receive.waitFor({ state: 'detached' })

  await page.getByRole('link', { name: /^Arrival/ }).click()
  await page.getByRole('heading', { level: 1, name: /^Arrival/ }).waitFor()
  await page.getByText('Look under the felt').waitFor()
  await decide(page, 'Back to stock', '2')
  await decide(page, 'Scrap', '1')
  await page.getByText('3 done').waitFor()

  await page.getByRole('link', { name: 'To the order' }).click()
  await page.getByRole('link', { name: number }).click()
  await heading.waitFor()
  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  const refund = page.getByRole('dialog', { name: 'Refund' })
  await refund.getByRole('textbox', { name: 'Pieces of 85123A' }).fill('3')
  await refund.getByRole('textbox', { name: 'Restocking fee of 85123A' }).fill('1.50')
  // 3 × 2.95 = 8.85 for goods that came back, less 1.50 kept: 7.35.
  await refund.getByRole('table', { name: 'What it does' }).getByText('€7.35').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await refund.getByRole('button', { name: 'Refund', exact: true }).click()
  await refund.waitFor({ state: 'detached' })
  await page.getByText('€1.50 kept as restocking fee').waitFor()

  await page.goto(`/orders/${orderId}`)
  await settled(page)
  await page.getByText('€7.35').first().waitFor()
  await page.getByText('partly returned').first().waitFor()
})

test('something else is sent for what comes back, at its price', async () => {
  const orderId = await shippedOrder('RET-2')
  const order = await office.business.call('GET', `/v1/orders/${orderId}`)
  const lines = order['lines'] as { id: string }[]
  const rma = await office.business.call('POST', `/v1/orders/${orderId}/rmas`, {
    approve: true,
    lines: [{ line_id: lines[0]?.id, quantity: 1, reason: 'wrong_item', outcome: 'exchange' }],
  })
  const page = await office.enter(`/returns/${String(rma['id'])}`)
  await settled(page)
  await page.getByRole('button', { name: 'Send something instead' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send something instead' })
  await dialog.getByText('Another item').click()
  await dialog.getByRole('textbox', { name: 'SKU' }).fill('47566')
  await dialog.getByRole('button', { name: 'Add to the order' }).click()
  await dialog.waitFor({ state: 'detached' })
  const sent = page.getByRole('region', { name: 'Sent instead' })
  await sent.getByText('1 × 47566 · Party bunting').waitFor()
  await sent.getByText('€4.95').waitFor()
})

test('a reason of returns is added with its fee, and the rules are kept', async () => {
  const page = await office.enter('/settings?tab=returns')
  await settled(page)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('textbox', { name: 'New reason' }).fill('Opened box')
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill('opened_box')
  await page.getByRole('button', { name: 'Add reason' }).click()
  const fee = page.getByRole('textbox', { name: 'Restocking fee: Opened box' })
  await fee.fill('12.5')
  await fee.blur()
  await expect
    .poll(async () => ((await office.business.call('GET', '/v1/return-rules'))['reasons'] as unknown[]).map((one) => one))
    .toContainEqual({ code: 'opened_box', name: 'Opened box', restocking_fee_ppm: 125_000, is_active: true })
  await page.getByRole('textbox', { name: 'Days after delivery' }).fill('30')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(async () => (await office.business.call('GET', '/v1/return-rules'))['window_days']).toBe(30)
})
