import { expect, test } from 'vitest'
import { settled } from './pages.ts'
import { useOffice } from './support.ts'

const office = useOffice()

test('an order by hand: refusals stand at their fields, then it is placed with its reasons and total', async () => {
  const page = await office.enter('/orders/new')
  await settled(page)
  await page.getByRole('button', { name: 'Place order' }).click()
  await page.getByText('Write two letters, such as RS or GB.').waitFor()

  await page.getByRole('combobox', { name: 'Channel' }).click()
  await page.getByRole('option', { name: 'Web shop' }).click()
  const line = page.getByRole('group', { name: 'Line 1' })
  await line.getByLabel('Item').fill('NO-SUCH-SKU')
  await line.getByRole('textbox', { name: 'Quantity' }).fill('2')
  await line.getByRole('textbox', { name: 'Price' }).fill('2,95')
  const address = { Recipient: 'Ana Petrović', 'Street and number': 'Zmaj Jovina 12', Postcode: '21000', City: 'Novi Sad', Country: 'rs' }
  for (const [label, value] of Object.entries(address)) await page.getByRole('textbox', { name: new RegExp(`^${label}`) }).fill(value)
  await page.getByRole('button', { name: 'Place order' }).click()
  await expect.poll(() => line.getByLabel('Item').getAttribute('aria-invalid')).toBe('true')

  await line.getByLabel('Item').fill('85123')
  await page.getByRole('option', { name: /85123A/ }).click()
  await line.getByRole('textbox', { name: 'Price' }).fill('2,95')
  await page.getByRole('textbox', { name: 'Shipping' }).fill('3.60')
  await page.getByRole('button', { name: 'Place order' }).click()
  await page.getByRole('heading', { level: 1, name: /^Order #/ }).waitFor()
  await page.getByText('Why this warehouse').waitFor()
  await page.getByText('€9.50').first().waitFor()
})

test('a list works by keyboard alone: move, select, peek, open', async () => {
  const page = await office.enter('/items')
  await settled(page)
  const grid = page.getByRole('grid', { name: 'Items' })
  await grid.focus()
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/items\/[0-9a-f-]{36}/)
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await page.waitForURL(/\/orders$/)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search or jump to…' }).fill('22423')
  await page.getByText('Regency cakestand 3 tier').waitFor()
})
