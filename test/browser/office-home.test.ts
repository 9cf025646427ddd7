import { expect, test } from 'vitest'
import { fillScreens } from './screens.ts'
import { settled } from './pages.ts'
import { useOffice } from './support.ts'

const office = useOffice()

test('home stands on one screen, its numbers open their lists, and the chart reads as a table', { timeout: 120_000 }, async () => {
  await fillScreens(office.business)
  const page = await office.enter('/')
  await settled(page)
  await page.getByRole('img', { name: /^Revenue by day and channel/ }).waitFor()
  const [needed, given] = (await page.evaluate(
    '[document.querySelector("main").scrollHeight, document.querySelector("main").clientHeight]',
  )) as [number, number]
  expect(needed).toBeLessThanOrEqual(given)

  await page.getByRole('button', { name: /^Orders today 1\d/ }).click()
  await page.getByRole('heading', { name: 'Orders by day' }).waitFor()
  await page.getByText('Table', { exact: true }).click()
  const table = page.getByRole('group', { name: 'Table' }).getByRole('table')
  await table.getByRole('columnheader', { name: 'Web shop' }).waitFor()
  expect(page.url()).toContain('as=table')

  await page.getByRole('link', { name: /Held: totals do not agree/ }).click()
  await page.waitForURL(/\/orders\?hold_type=total_mismatch/)
  await page.getByRole('row').nth(1).waitFor()
})

test('what is available is explained down to its rows; the shelves slide back in time', { timeout: 120_000 }, async () => {
  const { data } = (await office.business.call('GET', '/v1/items?sku=85123A')) as { data: { id: string }[] }
  const page = await office.enter(`/stock/${data[0]?.id}`)
  await settled(page)
  await page
    .getByRole('button', { name: /available in .*, explain$/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog', { name: /^What is available of 85123A/ })
  await dialog.getByText(/on hand − \d+ reserved − \d+ held = \d+ available/).waitFor()
  await dialog.getByRole('cell', { name: 'A-01' }).first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'How long it lasts' }).waitFor()

  await page.getByRole('slider', { name: 'Days back' }).focus()
  await page.keyboard.press('ArrowLeft')
  await page.waitForURL(/at=/)
  await page.getByText('None in stock').waitFor()
})

test(
  'settings: alerts are chosen, bins made in one go, a cut-off shows on the board, a tax class is added',
  { timeout: 120_000 },
  async () => {
    const page = await office.enter('/settings?tab=alerts')
    const box = page.getByRole('checkbox', { name: 'owner, Low stock: By e-mail' })
    await box.click()
    await expect
      .poll(async () => {
        const { data } = (await office.business.call('GET', '/v1/alert-subscriptions')) as { data: { kind: string; by_email: boolean }[] }
        return data.find((one) => one.kind === 'low_stock')?.by_email
      })
      .toBe(true)

    await page.goto('/settings?tab=warehouses')
    await page.getByRole('textbox', { name: 'Aisles' }).fill('X-Y')
    await page.getByRole('textbox', { name: 'Bays' }).fill('1-2')
    await page.getByRole('textbox', { name: 'Levels' }).fill('1')
    await page.getByText('X-1-1, X-2-1, Y-1-1, Y-2-1').waitFor()
    await page.getByRole('button', { name: 'Make 4 locations' }).click()
    await page.getByText('4 locations made').waitFor()
    await page.getByRole('button', { name: 'Make 4 locations' }).click()
    await page
      .getByText(/already a location of this warehouse/)
      .first()
      .waitFor()
    await page
      .getByLabel(/^Cut-off of/)
      .first()
      .fill('23:59')
    await page.getByRole('textbox', { name: 'Aisles' }).focus()
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.goto('/fulfillment')
    await page.getByText(/(until|cut-off) 23:59/).waitFor()

    await page.goto('/settings?tab=taxes')
    await page.getByRole('textbox', { name: 'Code' }).fill('books')
    await page.getByRole('textbox', { name: 'Name' }).fill('Books')
    await page.getByRole('textbox', { name: 'Rate, %' }).fill('10,5')
    await page.getByRole('button', { name: 'Add tax class' }).click()
    await page.getByRole('cell', { name: '10.5%' }).waitFor()
  },
)

test('the audit trail shows what was before and after, by document', { timeout: 120_000 }, async () => {
  const page = await office.enter('/audit')
  await settled(page)
  await page.getByText('cut off:').first().waitFor()
  await page.getByRole('button', { name: 'Show all of it' }).first().click()
  await page.getByRole('button', { name: 'Hide' }).waitFor()
  const { data } = (await office.business.call('GET', '/v1/warehouses')) as { data: { id: string }[] }
  await page.getByRole('textbox', { name: 'Document (its id)' }).fill(String(data[0]?.id))
  await page.waitForURL(/document_id=/)
  await page.getByText('Warehouse added').first().waitFor()
})
