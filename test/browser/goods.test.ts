import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, signIn, useOffice } from './support.ts'

const office = useOffice()

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click()
  await page.getByRole('option', { name: option }).click()
}

/** On hand of an item in one bin, as the API says. */
async function onHand(sku: string, location: string): Promise<number> {
  const { call, warehouseIds } = office.business
  const item = ((await call('GET', `/v1/items?sku=${sku}`))['data'] as { id: string }[])[0]?.id
  const { data } = await call('GET', `/v1/stock/levels?item_id=${item}&warehouse_id=${warehouseIds[0]}`)
  return (data as { location_code: string; on_hand: number }[]).find((one) => one.location_code === location)?.on_hand ?? 0
}

test('goods are expected, arrive in two parts, get a late cost and are taken back as a whole', async () => {
  const page = await office.enter('/goods-receipts/new')
  await settled(page)
  await page
    .getByRole('textbox', { name: 'Supplier' })
    .or(page.getByRole('combobox', { name: 'Supplier' }))
    .first()
    .fill('Potter & Co')
  await page.getByRole('textbox', { name: 'Reference' }).fill('PO-9')
  await choose(page, 'Warehouse', 'Novi Sad')
  await page.getByRole('button', { name: 'Expected' }).click()
  await page.getByRole('button', { name: /^28 / }).last().click()
  await page.keyboard.press('Escape')
  const line = page.getByRole('group', { name: 'Line 1' })
  await line.getByRole('textbox').or(line.getByRole('combobox')).first().fill('47566')
  await line.getByRole('textbox', { name: 'Quantity' }).fill('10')
  await line.getByRole('textbox', { name: 'Unit cost' }).fill('2.10')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Expect it' }).click()
  await page.getByRole('heading', { level: 1, name: /^Receipt/ }).waitFor()
  await page.getByRole('cell', { name: '€2.10' }).waitFor()

  const receive = async (pieces: string) => {
    await page.getByRole('button', { name: 'Receive', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Receive' })
    await dialog.getByRole('textbox', { name: /^47566/ }).fill(pieces)
    await dialog.getByRole('button', { name: 'Receive' }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await receive('4')
  // 4 × 2.10 = 8.40 are in stock; 6 of 10 are still to come.
  await page.getByRole('cell', { name: '€8.40' }).first().waitFor()
  await page.getByRole('button', { name: 'Receive', exact: true }).click()
  expect(await page.getByRole('textbox', { name: /^47566/ }).inputValue()).toBe('6')
  await page.keyboard.press('Escape')
  await receive('6')
  await page.getByRole('cell', { name: '€21.00' }).first().waitFor()
  await page.getByRole('main').getByText('received', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Add late cost' }).click()
  const cost = page.getByRole('dialog', { name: 'Add late cost' })
  await cost.getByRole('textbox', { name: 'Amount in EUR' }).fill('5.00')
  await cost.getByRole('button', { name: 'Add late cost' }).click()
  await page.getByText('Cost added').waitFor()
  await page.getByRole('button', { name: 'Take back' }).click()
  const back = page.getByRole('dialog', { name: 'Take back' })
  await back.getByRole('button', { name: 'Take back' }).click()
  await back.getByText('Fill this in.').waitFor()
  await back.getByRole('textbox', { name: 'Reason' }).fill('Wrong delivery')
  await back.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('main').getByText('reversed', { exact: true }).waitFor()
  await page.getByRole('cell', { name: 'Receipt reversed' }).first().waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
})

test('a count finds two pieces less: the difference is booked, and its entry leads back to the count', async () => {
  const before = await onHand('84879', 'A-03')
  const page = await office.enter('/stock')
  await settled(page)
  await page.getByRole('navigation', { name: 'Stock' }).getByRole('link', { name: 'Counts' }).click()
  await page.getByRole('button', { name: 'New count' }).click()
  const dialog = page.getByRole('dialog', { name: 'New count' })
  await dialog.getByRole('button', { name: 'Book the count' }).click()
  await dialog.getByText('Fill this in.').first().waitFor()
  await dialog.getByRole('combobox', { name: 'Warehouse' }).click()
  await page.getByRole('option', { name: 'Novi Sad' }).click()
  await dialog
    .getByRole('combobox', { name: 'Location' })
    .or(dialog.getByRole('textbox', { name: 'Location' }))
    .first()
    .fill('A-03')
  await page.getByRole('option', { name: 'A-03' }).click()
  await dialog
    .getByRole('combobox', { name: 'Item' })
    .or(dialog.getByRole('textbox', { name: 'Item' }))
    .first()
    .fill('84879')
  await dialog.getByRole('textbox', { name: 'Counted quantity' }).fill(String(before - 2))
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Book the count' }).click()
  const heading = page.getByRole('heading', { level: 1, name: /^Count \d+$/ })
  await heading.waitFor()
  await page.getByRole('cell', { name: '-2', exact: true }).waitFor()
  expect(await onHand('84879', 'A-03')).toBe(before - 2)

  await page.getByRole('region', { name: 'What was booked' }).getByRole('link', { name: 'Open' }).first().click()
  await page.getByRole('heading', { level: 1, name: /^Entry/ }).waitFor()
  // 1.69 halved and cut to the cent is 0.84 a piece: 2 × 0.84 = 1.68.
  await page.getByRole('cell', { name: '€1.68' }).first().waitFor()
  await page.getByRole('region', { name: 'About' }).getByRole('link', { name: 'Count', exact: true }).click()
  await heading.waitFor()
})

test('what was picked for a canceled shipment is put back from a phone', async () => {
  const { call } = office.business
  const { id } = await call('POST', '/v1/orders', orderOf('PUT-1', [{ sku: '22423', quantity: 3 }]))
  const [shipment] = (await call('GET', `/v1/orders/${String(id)}`))['shipments'] as { id: string }[]
  await call('POST', '/v1/shipments/release', { shipment_ids: [shipment?.id] })
  await call('POST', `/v1/shipments/${shipment?.id}/picking`, {})
  const before = await onHand('22423', 'A-02')
  await call('POST', `/v1/shipments/${shipment?.id}/cancellation`, { reason: 'Customer called' })
  const page = await office.enter('/tasks', { width: 390, height: 844, scheme: 'dark' })
  await settled(page)
  await page
    .getByRole('row', { name: /Put back 22423/ })
    .getByRole('button', { name: 'Finish…' })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Put back · 22423' })
  await dialog.getByText('3 pieces stand in').waitFor()
  expect(await accessibilityFaults(page, 'look')).toEqual([])
  await dialog.getByRole('textbox', { name: 'Put into bin' }).fill('A-02')
  await dialog.getByRole('button', { name: 'It is done' }).click()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => onHand('22423', 'A-02')).toBe(before + 3)
  await page.getByText('Nothing to do').or(page.getByText('Nothing matches')).waitFor()
})

test('an item tells its cost layers, its past and what its price makes', async () => {
  const page = await office.enter('/stock')
  await settled(page)
  await page
    .getByRole('searchbox')
    .or(page.getByRole('textbox', { name: 'SKU, name or barcode' }))
    .first()
    .fill('85123A')
  await page
    .getByRole('row', { name: /85123A/ })
    .nth(1)
    .waitFor()
  await page
    .getByRole('row', { name: /85123A/ })
    .first()
    .getByRole('link')
    .click()
  await page.getByRole('heading', { level: 1, name: /^85123A · White hanging heart/ }).waitFor()
  // 40 in Novi Sad at half of 2.95, cut to the cent: 40 × 1.47 = 58.80.
  await page.getByRole('region', { name: 'Cost layers · FIFO' }).getByRole('cell', { name: '€58.80' }).first().waitFor()
  await page.getByRole('region', { name: 'Movements' }).getByRole('link', { name: 'Goods receipt' }).first().click()
  await page.getByRole('heading', { level: 1, name: /^Receipt/ }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'Edit item' }).click()
  await page.getByRole('textbox', { name: 'Price' }).fill('x')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Write an amount such as 19.99.').waitFor()
  await page.getByRole('textbox', { name: 'Price' }).fill('3.10')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('85123A saved').waitFor()
})

test('who may only look finds the buttons where they are, and is told who can open them', async () => {
  const owner = await office.enter('/')
  const session = (await owner.evaluate(async () => (await (await fetch('/v1/session')).json()) as unknown)) as {
    organization: { id: string }
  }
  const email = await office.server.createUser(Number(session.organization.id), 'viewer')
  const page = await office.open()
  await page.goto('/sign-in?next=/stock')
  await signIn(page, email)
  await page.waitForURL((address) => address.pathname === '/stock')
  await settled(page)
  const receive = page.getByRole('button', { name: 'Receive goods' })
  expect(await receive.getAttribute('aria-disabled')).toBe('true')
  expect(await accessibilityFaults(page)).toEqual([])
  await receive.hover({ force: true })
  await page.getByText('Your role lacks warehouse.receive; an owner can give it.').waitFor()
})
