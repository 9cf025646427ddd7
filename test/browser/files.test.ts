import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SHOPIFY_HEADERS } from '../../src/flows/imports/platforms/shopify.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice, withFolder } from './support.ts'

const office = useOffice({ worker: true })

const ROW: Readonly<Record<string, string>> = {
  Name: '#1001',
  Email: 'ana@example.com',
  'Financial Status': 'paid',
  'Fulfillment Status': 'unfulfilled',
  Currency: 'EUR',
  Subtotal: '5.90',
  Shipping: '0.00',
  Taxes: '0.98',
  Total: '5.90',
  'Discount Amount': '0.00',
  'Created at': '2026-11-20 14:30:00 +0100',
  'Lineitem quantity': '2',
  'Lineitem name': 'Heart',
  'Lineitem price': '2.95',
  'Lineitem sku': '85123A',
  'Lineitem discount': '0.00',
  'Lineitem fulfillment status': 'pending',
  'Shipping Name': 'Ana Anić',
  'Shipping Address1': 'Knez Mihailova 1',
  'Shipping City': 'Beograd',
  'Shipping Zip': '11000',
  'Shipping Country': 'RS',
}

function shopifyFile(rows: readonly Readonly<Record<string, string>>[]): string {
  return [SHOPIFY_HEADERS.join(','), ...rows.map((row) => SHOPIFY_HEADERS.map((header) => row[header] ?? '').join(','))].join('\n')
}

test("a shop's own file is recognized, its bad cell corrected in place, run and taken back", async () => {
  const page = await office.enter('/imports')
  await settled(page)
  await page.getByRole('combobox', { name: 'Channel' }).click()
  await page.getByRole('option', { name: 'Web shop' }).click()
  await withFolder(async (folder) => {
    const file = join(folder, 'orders_export.csv')
    await writeFile(file, shopifyFile([ROW, { ...ROW, Name: '#1002', 'Lineitem sku': 'NO-SUCH' }]))
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('heading', { level: 1, name: /orders_export\.csv/ }).waitFor()
  })
  await page.getByRole('combobox', { name: 'Format' }).waitFor()
  expect(await page.getByRole('combobox', { name: 'Format' }).inputValue()).toMatch(/Shopify/)
  const cell = page.getByRole('textbox', { name: 'Row 3, Lineitem sku' })
  await cell.fill('22423')
  expect(await accessibilityFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByText('No problems found').waitFor()
  await page.getByRole('button', { name: /^Import 2/ }).click()
  await page.getByRole('main').getByText('done', { exact: true }).first().waitFor()
  await page.getByRole('button', { name: 'Undo import' }).click()
  const undo = page.getByRole('dialog', { name: 'Undo import' })
  await undo.getByText(/2 orders/).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await undo.getByRole('button', { name: 'Undo import' }).click()
  await undo.waitFor({ state: 'detached' })
  await page.getByRole('main').getByText('undone', { exact: true }).first().waitFor()
})
