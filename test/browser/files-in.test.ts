import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice, withFolder } from './support.ts'

const office = useOffice({ worker: true })

/** A workbook with one sheet of texts, as a spreadsheet program saves it. */
function workbookOf(rows: readonly (readonly string[])[]): Promise<Buffer> {
  return writeExcelFile(rows.map((row) => row.map((value) => ({ value, type: String })))).toBuffer()
}

async function drop(page: Page, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await withFolder(async (folder) => {
    const names = Object.keys(files).map((name) => join(folder, name))
    await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(folder, name), content)))
    await page.locator('input[type=file]').setInputFiles(names)
    await page.getByRole('heading', { level: 1, name: new RegExp(Object.keys(files)[0]?.replaceAll('.', '\\.') ?? '') }).waitFor()
  })
}

test('a workbook with columns of its own is mapped, its bad row corrected, its report kept, and it is run and taken back', async () => {
  const page = await office.enter('/imports')
  await settled(page)
  const incoming = page.getByRole('region', { name: 'Bring a file in' })
  await incoming.getByRole('combobox', { name: 'Format' }).click()
  await page.getByRole('option', { name: 'Items · Tefter (own columns, or mapped)' }).click()
  await drop(page, {
    'assortment.xlsx': await workbookOf([
      ['Article', 'Title', 'Retail'],
      ['PLATE', 'Plate', '4,50'],
      ['BOWL', 'Bowl', 'cheap'],
    ]),
  })
  await page.getByRole('button', { name: 'Map columns' }).click()
  for (const [field, column] of [
    ['sku', 'Article'],
    ['name', 'Title'],
    ['price', 'Retail'],
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one field after another, as a person does
    await page.getByRole('combobox', { name: `Column of the file: ${field}` }).click()
    // oxlint-disable-next-line no-await-in-loop -- as above
    await page.getByRole('option', { name: column }).click()
  }
  await page.getByRole('switch', { name: 'Comma before decimals' }).check({ force: true })
  await page.getByRole('button', { name: 'Read again' }).click()
  const cell = page.getByRole('textbox', { name: 'Row 3, Retail' })
  await cell.waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  const [report] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download report' }).click()])
  expect(await readFile(await report.path(), 'utf8')).toContain('cheap')
  await page.getByRole('textbox', { name: 'Name of the mapping' }).fill('Our supplier')
  await page.getByRole('button', { name: 'Save mapping' }).click()
  await page.getByText('Mapping saved').waitFor()

  await cell.fill('6,20')
  await page.getByRole('button', { name: 'Check again' }).click()
  await page.getByText('No problems found').waitFor()
  await page.getByRole('button', { name: 'Import 2 rows' }).click()
  await page.getByRole('main').getByText('done', { exact: true }).first().waitFor()
  const { data } = (await office.business.call('GET', '/v1/items?sku=BOWL')) as { data: { price: { amount: number; scale: number } }[] }
  // 6,20 at the scale of four decimals at most.
  expect(data[0]?.price.amount).toBe(6.2 * 10 ** (data[0]?.price.scale ?? 0))
  await page.getByRole('button', { name: 'Undo import' }).click()
  const undo = page.getByRole('dialog', { name: 'Undo import' })
  await undo.getByText('2 items will be archived').waitFor()
  await undo.getByRole('button', { name: 'Undo import' }).click()
  await page.getByRole('main').getByText('undone', { exact: true }).first().waitFor()
})

test('the sheets of the old system become the opening only when every total is the same', async () => {
  const page = await office.enter('/imports')
  await settled(page)
  await page.getByRole('navigation', { name: 'Imports' }).getByRole('link', { name: 'Opening balances' }).click()
  await page.getByRole('heading', { level: 1, name: 'Opening balances' }).waitFor()
  await drop(page, {
    'items.csv': 'sku,name,price\nCUP,Cup,9.99\nMUG,Mug,12.50\n',
    'stock.csv': 'sku,warehouse,quantity,unit_cost\nCUP,NS,10,4.00\nMUG,NS,4,5.25\n',
  })
  // 10 × 4.00 + 4 × 5.25 = 61.00.
  await page.getByRole('cell', { name: '€61.00' }).first().waitFor()
  const accept = page.getByRole('button', { name: 'Accept opening' })
  const stated = (total: string) => page.getByRole('textbox', { name: `In the old system: ${total}`, exact: true })
  await stated('Items').fill('2')
  await stated('Customers').fill('0')
  await stated('Stock, units').fill('14')
  await stated('Stock value').fill('60.00')
  await stated('Open orders').fill('0')
  await stated('Open orders, amount').fill('0')
  expect(await accept.isDisabled()).toBe(true)
  await page.getByRole('cell', { name: '-€1.00' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await stated('Stock value').fill('61.00')
  await accept.click()
  await page.getByText('The opening is in the books').waitFor()
  await page.goto('/trial-balance')
  await page
    .getByRole('row', { name: /Opening balance equity/ })
    .getByText('-€61.00')
    .waitFor()
})
