import { expect, test } from 'vitest'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice()

test('a rule is written from a ready one, corrected where the server points, tried on the past and saved; its screens pass axe', async () => {
  const page = await office.enter('/settings?tab=automation', { scheme: 'light', width: 1440 })
  await settled(page)
  expect(await accessibilityFaults(page, 'all')).toEqual([])
  await page.getByRole('button', { name: 'New rule' }).click()
  await page.getByRole('menuitem', { name: 'Hold large first orders' }).click()
  const condition = page.getByRole('textbox', { name: 'If' })
  await page.getByText('The condition can be asked.').waitFor()
  await condition.fill('order.totl > 5')
  await page.getByText('Line 1, column 7: No such key: totl').waitFor()
  expect(await accessibilityFaults(page, 'all')).toEqual([])
  await condition.fill('order.total >= 0')
  await page.getByText('The condition can be asked.').waitFor()
  await page.getByRole('button', { name: 'Try', exact: true }).click()
  await page.getByText(/Would have matched \d+ of \d+ events; failed on 0\./).waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Versions' }).waitFor()
  await page.getByRole('button', { name: 'Back to all rules' }).click()
  const rule = page.getByRole('link', { name: 'Hold large first orders' })
  await rule.waitFor()
  await page.getByRole('switch', { name: 'Hold large first orders is on' }).click({ force: true })
  await rule.click()
  await page.getByText('Version 2').waitFor()
  await page.reload()
  await page.getByText('Version 2').waitFor()
  expect(await accessibilityFaults(page, 'all')).toEqual([])
})
