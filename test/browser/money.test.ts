import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice, withFolder } from './support.ts'

const office = useOffice()

test('an authorization is captured in part by the till, the rest is voided, a voucher pays and the last cents are written off', async () => {
  const { call } = office.business
  const { id } = await call('POST', '/v1/orders', orderOf('PAY-1', [{ sku: '22423', quantity: 1 }]))
  await call('POST', `/v1/orders/${String(id)}/payments`, { kind: 'authorized', amount: 1275, method: 'card' })
  const voucher = await call('POST', '/v1/vouchers', { amount: 1000, reason: 'Late delivery' })
  const page = await office.enter(`/vouchers/${String(voucher['id'])}`)
  await settled(page)
  await page.getByRole('button', { name: 'Make a code' }).click()
  const shown = page.getByRole('alert').filter({ hasText: 'This code is shown only now' })
  await shown.waitFor()
  const code = (await shown.locator('code').first().textContent()) ?? ''
  expect(await accessibilityFaults(page)).toEqual([])

  await page.goto(`/orders/${String(id)}`)
  await settled(page)
  await page.getByRole('button', { name: 'Void', exact: true }).click()
  await page.getByText('The authorization is voided').waitFor()
  await page.getByRole('button', { name: 'Pay by voucher' }).click()
  const pay = page.getByRole('dialog', { name: 'Pay by voucher' })
  await pay.getByRole('textbox', { name: 'Code of the voucher' }).or(pay.getByRole('textbox').first()).first().fill(code)
  expect(await accessibilityFaults(page)).toEqual([])
  await pay.getByRole('button', { name: 'Pay by voucher' }).click()
  await pay.waitFor({ state: 'detached' })

  const shipment = ((await call('GET', `/v1/orders/${String(id)}`))['shipments'] as { id: string }[])[0]?.id
  await call('POST', `/v1/orders/${String(id)}/payments`, { kind: 'captured', amount: 270, method: 'cash' })
  await call('POST', '/v1/shipments/release', { shipment_ids: [shipment] })
  await call('POST', `/v1/shipments/${shipment}/picking`, {})
  await call('POST', `/v1/shipments/${shipment}/packing`, { parcels: [{ weight_g: 1500 }] })
  await call('POST', `/v1/shipments/${shipment}/shipping`, {})
  // 12.75 − 10.00 by voucher − 2.70 in cash leaves 0.05 owed.
  await page.goto('/receivables')
  await settled(page)
  await page.getByText('€0.05').first().waitFor()
  await page.goto(`/orders/${String(id)}`)
  await settled(page)
  await page.getByRole('button', { name: 'Write off' }).click()
  const writeOff = page.getByRole('dialog', { name: 'Write off' })
  await writeOff.getByRole('textbox', { name: 'Reason' }).fill('Not worth a letter')
  await writeOff.getByRole('button', { name: 'Write off' }).click()
  await writeOff.waitFor({ state: 'detached' })
  await page.goto('/receivables')
  await settled(page)
  expect(await page.getByText('€0.05').count()).toBe(0)
})

test("a courier's list is read from a file, differs, is looked at and accepted", async () => {
  const { call } = office.business
  await call('POST', '/v1/carriers', {
    code: 'door',
    name: 'Door to door',
    kind: 'manual',
    config: { services: [{ code: 'standard', name: 'Standard' }] },
  })
  const page = await office.enter('/courier-remittances')
  await settled(page)
  await page.getByRole('button', { name: 'Read a list' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Read a list' })
  await dialog.getByRole('combobox', { name: 'Carrier' }).click()
  await page.getByRole('option', { name: 'Door to door' }).click()
  await dialog.getByRole('textbox', { name: 'List number' }).fill('2026-7')
  await dialog.getByLabel('Day of the list').fill('2026-11-20')
  await dialog.getByRole('textbox', { name: 'Arrived at the bank' }).fill('45.00')
  expect(await accessibilityFaults(page)).toEqual([])
  await withFolder(async (folder) => {
    const file = join(folder, 'list.csv')
    await writeFile(file, 'tracking number,amount\nDD1,45.00\n')
    await dialog.locator('input[type=file]').setInputFiles(file)
    await dialog.getByRole('button', { name: 'Read a list' }).click()
    await page.getByRole('heading', { level: 1, name: /^Courier remittance/ }).waitFor()
  })
  await page.getByText('unknown parcel').waitFor()
  const accept = page.getByRole('button', { name: 'Accept the list' })
  expect(await accept.isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: 'I looked at 1 difference' }).check()
  await accept.click()
  await page.getByRole('main').getByText('accepted', { exact: true }).first().waitFor()
})
