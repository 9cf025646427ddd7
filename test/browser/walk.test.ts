import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { settled } from './pages.ts'
import { useOffice, withFolder } from './support.ts'

const office = useOffice({ worker: true })

const ORDERS = `channel,external_id,currency,prices_include_tax,payment_terms,customer_name,ship_name,ship_line1,ship_city,ship_postcode,ship_country,sku,quantity,unit_price,paid
web,W-1001,EUR,yes,prepaid,Ana Petrović,Ana Petrović,Zmaj Jovina 12,Novi Sad,21000,RS,85123A,2,2.95,18.65
web,W-1001,EUR,yes,prepaid,Ana Petrović,Ana Petrović,Zmaj Jovina 12,Novi Sad,21000,RS,22423,1,12.75,
`

async function importOrders(page: Page): Promise<void> {
  await withFolder(async (folder) => {
    const file = join(folder, 'orders.csv')
    await writeFile(file, ORDERS)
    await page.goto('/imports')
    await settled(page)
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText('No problems found').waitFor()
    await page.getByRole('button', { name: 'Import 2 rows' }).click()
    await page.getByText('done').first().waitFor()
  })
}

async function downloadLabel(page: Page): Promise<Buffer> {
  await page.getByRole('button', { name: 'Documents' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Label (PDF)' }).click()])
  return readFile(await file.path())
}

test('an order goes from a file to a shipped parcel, and the books prove it', async () => {
  const page = await office.enter('/imports')
  await importOrders(page)

  await page.goto('/fulfillment')
  await settled(page)
  const release = page.getByRole('region', { name: 'To release' })
  await release.getByRole('checkbox', { name: /^Select Shipment/ }).check()
  await release.getByRole('button', { name: 'Release 1' }).click()

  await page.getByRole('heading', { level: 1, name: /^Pick list/ }).waitFor()
  const scan = page.getByRole('textbox', { name: 'Scan or type a SKU or barcode' })
  await scan.fill('nothing like it')
  await scan.press('Enter')
  await page.getByText('Not on this list, or already picked: nothing like it').waitFor()
  await scan.fill('22423')
  await scan.press('Enter')
  await page.getByText(/^1 × 22423 from/).waitFor()
  await page.getByRole('button', { name: 'Pick all that is open' }).click()

  await page.getByRole('link', { name: /^Pack / }).click()
  await packByScan(page)
  await page.getByRole('button', { name: 'Ship', exact: true }).click()
  await page.getByRole('link', { name: 'Open shipment' }).click()
  await page.getByRole('heading', { level: 1, name: /^Shipment/ }).waitFor()
  const label = await downloadLabel(page)
  expect(label.subarray(0, 5).toString()).toBe('%PDF-')

  await page.goto('/orders')
  await settled(page)
  await page
    .getByRole('row', { name: /Ana Petrović/ })
    .getByRole('link')
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: /^Order #/ }).waitFor()
  await page
    .locator('[data-tone=green]')
    .filter({ hasText: /^shipped$/ })
    .first()
    .waitFor()

  await page.goto('/verification')
  await settled(page)
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByText('Every check holds').waitFor()
})

async function packByScan(page: Page): Promise<void> {
  const scan = page.getByRole('textbox', { name: 'Scan or type a SKU or barcode' })
  await scan.waitFor()
  await page.locator('input:focus').and(scan).waitFor()
  await scan.fill('47566')
  await scan.press('Enter')
  await page.getByText(/^Not in this shipment: 47566/).waitFor()
  // The scanner is faster than the catalog: what is scanned while it thinks about a wrong code counts too.
  await page.route(/\/v1\/items\?/, async (route) => {
    await delay(500)
    await route.continue()
  })
  for (const code of ['47567', '4006381333931', '85123a', '22423']) {
    await scan.fill(code)
    await scan.press('Enter')
  }
  await page.getByText('Everything is in. Weigh and close the parcel.').waitFor()
  await page.getByRole('textbox', { name: 'Weight, g' }).fill('2100')
  const [label] = await Promise.all([page.waitForEvent('download'), page.getByRole('textbox', { name: 'Weight, g' }).press('Enter')])
  expect(label.suggestedFilename()).toMatch(/\.pdf$/)
}
