import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

test('an order is edited: a refusal stands at its field, the preview says what changes, one confirm makes it so', async () => {
  const { call } = office.business
  const { id } = await call(
    'POST',
    '/v1/orders',
    orderOf('EDIT-1', [{ sku: '85123A', quantity: 3, unit_price: { amount: 295, scale: 2 } }]),
  )
  const page = await office.enter(`/orders/${String(id)}`)
  await settled(page)
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const drawer = page.getByRole('dialog', { name: /^Edit order #/ })
  const line = drawer.getByRole('group', { name: '85123A' })
  await line.getByRole('textbox', { name: 'Discount' }).fill('100')
  await drawer.getByRole('button', { name: 'See what changes' }).click()
  await expect.poll(() => line.getByRole('textbox', { name: 'Discount' }).getAttribute('aria-invalid')).toBe('true')

  await line.getByRole('textbox', { name: 'Discount' }).fill('')
  await line.getByRole('textbox', { name: 'Quantity' }).fill('2')
  await drawer.getByRole('textbox', { name: 'Street and number' }).fill('Zmaj Jovina 99')
  await drawer.getByRole('button', { name: 'See what changes' }).click()
  // 3 × 2.95 = 8.85 becomes 2 × 2.95 = 5.90 owed.
  await drawer.getByText('€8.85 → €5.90').waitFor()
  await drawer.getByText('goes to the new address').waitFor()
  await drawer.getByRole('button', { name: 'Change the order' }).click()
  await page.getByText('The order was changed.').waitFor()
  await page.getByText('Zmaj Jovina 99').waitFor()
})

test('a note on an order is written and shows on its page; a hold with an end is placed', async () => {
  const { call } = office.business
  const { id } = await call('POST', '/v1/orders', orderOf('EDIT-2', [{ sku: '85123A', quantity: 1 }]))
  const page = await office.enter(`/orders/${String(id)}`)
  await settled(page)
  await page.getByRole('button', { name: 'Write a note' }).click()
  const dialog = page.getByRole('dialog', { name: 'Write a note' })
  await dialog.getByRole('textbox', { name: 'Note' }).fill('Ring twice')
  await dialog.getByRole('checkbox', { name: 'packing' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Ring twice').waitFor()
  await page.getByRole('button', { name: 'Hold', exact: true }).click()
  const hold = page.getByRole('dialog', { name: 'Hold' })
  await hold.getByLabel('Until').fill('2099-05-01T10:00')
  await hold.getByRole('button', { name: 'Hold' }).click()
  await page.getByText(/ends by itself/).waitFor()
})

test('a note shows where its step is: releasing on the planned shipment, shipping not yet', async () => {
  const { call, key } = office.business
  const { id } = await call('POST', '/v1/orders', orderOf('EDIT-3', [{ sku: '85123A', quantity: 1 }]))
  for (const [text, step] of [
    ['Ask before it goes to the floor', 'release'],
    ['Hand it over in person', 'ship'],
  ])
    await call('POST', '/v1/notes', { document_type: 'order', document_id: id, text, show_at: [step] })
  const { body } = await office.server.call('GET', `/v1/orders/${String(id)}`, { key })
  const page = await office.enter(`/shipments/${String(body.shipments[0].id)}`)
  await page.getByRole('group', { name: 'Notes' }).getByText('Ask before it goes to the floor').waitFor()
  expect(await page.getByText('Hand it over in person').count()).toBe(0)
  expect(await accessibilityFaults(page)).toEqual([])
})
