import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

/** A shipment of a new order, as far as asked. */
async function shipmentOf(
  externalId: string,
  lines: readonly { sku: string; quantity: number }[],
  step: 'planned' | 'released' | 'shipped',
) {
  const { call } = office.business
  const { id } = await call('POST', '/v1/orders', orderOf(externalId, lines))
  const order = await call('GET', `/v1/orders/${String(id)}`)
  const [shipment] = order['shipments'] as { id: string; number: number }[]
  if (shipment === undefined) throw new Error(`${externalId} got no shipment.`)
  if (step !== 'planned') await call('POST', '/v1/shipments/release', { shipment_ids: [shipment.id] })
  if (step === 'shipped') {
    await call('POST', `/v1/shipments/${shipment.id}/picking`, {})
    await call('POST', `/v1/shipments/${shipment.id}/packing`, { parcels: [{ weight_g: 900 }] })
    await call('POST', `/v1/shipments/${shipment.id}/shipping`, {})
  }
  return { ...shipment, orderId: String(id) }
}

async function choose(page: Page, shipmentId: string, action: string) {
  await page.goto(`/shipments/${shipmentId}`)
  await settled(page)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: action }).click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  return dialog
}

test('a shipment is split, the two are combined again, and it moves to another warehouse', async () => {
  const one = await shipmentOf('EXC-1', [{ sku: '85123A', quantity: 3 }], 'planned')
  const page = await office.enter('/')
  const split = await choose(page, one.id, 'Split')
  await split.getByRole('textbox').first().fill('1')
  await split.getByRole('button', { name: /^Split/ }).click()
  await split.waitFor({ state: 'detached' })
  await page.waitForURL((address) => !address.pathname.endsWith(one.id))

  const combine = await choose(page, one.id, 'Combine')
  await combine.getByRole('checkbox').first().check()
  await combine.getByRole('button', { name: 'Combine 2 shipments' }).click()
  await combine.waitFor({ state: 'detached' })

  const planned = await office.business.call('GET', `/v1/orders/${one.orderId}`)
  const left = (planned['shipments'] as { id: string; status: string }[]).find((shipment) => shipment.status === 'planned')
  const move = await choose(page, left?.id ?? '', 'Move')
  await move.getByRole('combobox', { name: 'Warehouse' }).click()
  await page.getByRole('option', { name: 'BG · Beograd' }).click()
  await move.getByRole('button', { name: /^Move/ }).click()
  await move.waitFor({ state: 'detached' })
  await page.getByText('BG', { exact: true }).first().waitFor()
})

test('a bin that lacks goods is reported from the pick list, and its count waits as a task', async () => {
  const one = await shipmentOf('EXC-2', [{ sku: '22423', quantity: 2 }], 'released')
  const shipment = await office.business.call('GET', `/v1/shipments/${one.id}`)
  const page = await office.enter(`/pick-lists/${String(shipment['pick_list_id'])}`)
  await settled(page)
  await page.getByRole('button', { name: 'Short…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').first().fill('1')
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('button').last().click()
  await dialog.waitFor({ state: 'detached' })
  await page.goto('/tasks')
  await settled(page)
  await page.getByText('22423').first().waitFor()
})

test('parcels are refused, lost with a claim, and taken back when shipped by mistake', async () => {
  const lines = [{ sku: '84879', quantity: 2 }]
  const refused = await shipmentOf('EXC-3', lines, 'shipped')
  const lost = await shipmentOf('EXC-4', lines, 'shipped')
  const mistaken = await shipmentOf('EXC-5', lines, 'shipped')
  const page = await office.enter('/')
  const refuse = await choose(page, refused.id, 'Refused')
  await refuse.getByRole('button', { name: /2/ }).click()
  await refuse.waitFor({ state: 'detached' })

  const lose = await choose(page, lost.id, 'Lost')
  await lose.getByRole('textbox', { name: 'Reason' }).fill('Never arrived')
  await lose.getByRole('textbox', { name: /laim/ }).first().fill('3.38')
  await lose.getByRole('button', { name: /2/ }).click()
  await lose.waitFor({ state: 'detached' })
  await page.goto('/carrier-claims')
  await settled(page)
  // 2 × 1.69 = 3.38 is asked of the carrier.
  await page.getByText('€3.38').first().waitFor()

  const annul = await choose(page, mistaken.id, 'mistake')
  await annul.getByRole('textbox', { name: 'Reason' }).fill('Wrong pallet')
  await annul.getByRole('button').last().click()
  await annul.waitFor({ state: 'detached' })
  await page.waitForURL((address) => !address.pathname.endsWith(mistaken.id))
})

test('goods that the channel sent are booked on the order; a lost parcel that came back is booked on its claim', async () => {
  const one = await shipmentOf('EXC-9', [{ sku: '85123A', quantity: 2 }], 'planned')
  const page = await office.enter(`/orders/${one.orderId}`)
  await settled(page)
  await page.getByRole('button', { name: 'Sent by the channel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Sent by the channel of 85123A' }).fill('1')
  await dialog.getByRole('textbox', { name: 'Tracking number' }).fill('TBA1')
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Book' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Booked as sent by the channel').waitFor()

  const two = await shipmentOf('EXC-10', [{ sku: '85123A', quantity: 1 }], 'shipped')
  await office.business.call('POST', `/v1/shipments/${two.id}/lost`, { reason: 'gone' })
  await page.goto('/carrier-claims')
  await settled(page)
  await page.getByRole('button', { name: 'Settle' }).first().click()
  const claim = page.getByRole('dialog')
  await claim.waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await claim.getByRole('button', { name: 'It came back to us' }).click()
  await claim.waitFor({ state: 'detached' })
  const shipment = await office.business.call('GET', `/v1/shipments/${two.id}`)
  expect(shipment['status']).toBe('refused')
})
