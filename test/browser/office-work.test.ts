import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { accessibilityFaults, useOffice } from './support.ts'

const office = useOffice({ worker: true })

const BEOGRAD = { name: 'Ana Petrović', line1: 'Cara Dušana 5', city: 'Beograd', postcode: '11000', country: 'RS' }

async function placeOrder(externalId: string, more: Record<string, unknown> = {}): Promise<string> {
  const order = await office.business.call('POST', '/v1/orders', orderOf(externalId, [{ sku: '85123A', quantity: 1 }], more))
  return String(order['id'])
}

test('sourcing rules are drafted, tried on what was ordered, survive a reload and are saved as the next version', async () => {
  // The nearest to Beograd is BG; NS comes first by priority (10 before 11): one order moves.
  await placeOrder('S-1', { ship_to: BEOGRAD })
  await placeOrder('S-2')
  const page = await office.enter('/settings?tab=sourcing')
  await settled(page)
  await page.getByRole('button', { name: 'Try these rules' }).click()
  await page.getByText('Nothing would have changed for 2 orders.').waitFor()
  await page.getByText('First by priority').click()
  await page.getByText('The rules were edited after this trial.').waitFor()
  await page.getByRole('button', { name: 'Try these rules' }).click()
  await page.getByText('Would have moved 1 order, of 2 looked at.').waitFor()
  const row = page.getByRole('table', { name: 'Orders that would change' }).getByRole('row', { name: /moved/ })
  expect(await row.textContent()).toMatch(/#\d+moved(.*)BG(.*)NS/)
  expect(await accessibilityFaults(page)).toEqual([])
  await page.reload()
  await page.getByText(/draft, not saved/).waitFor()
  await page.getByRole('button', { name: 'Save as version 2' }).click()
  await page.getByText('Version 2', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('heading', { level: 1, name: 'Audit trail' }).waitFor()
  await page
    .getByText(/sourcing policy/)
    .first()
    .waitFor()
})

test('tags of many orders are taken back from the result; the palette does what the page offers', async () => {
  const name = `wave-${crypto.randomUUID().slice(0, 8)}`
  const id = await placeOrder(name)
  const page = await office.enter('/orders?state=open')
  await settled(page)
  await page.getByRole('checkbox', { name: 'Select all shown' }).check()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search or jump to' }).fill('Tag…')
  await page.getByRole('button', { name: 'Tag…' }).last().click()
  const dialog = page.getByRole('dialog', { name: 'Tag orders' })
  await dialog
    .getByRole('combobox', { name: 'Add tags' })
    .or(dialog.getByRole('textbox', { name: 'Add tags' }))
    .first()
    .fill(name)
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: /^Tag \d/ }).click()
  const tags = async () => (await office.business.call('GET', `/v1/orders/${id}`))['tags']
  await expect.poll(tags, { timeout: 20_000 }).toEqual([name])
  await page.getByRole('alert').getByRole('button', { name: 'Undo: Tag orders' }).click()
  await expect.poll(tags, { timeout: 20_000 }).toEqual([])
})

test('what was typed survives a reload and a lost network; the frame says so', async () => {
  const page = await office.enter('/orders/new')
  await settled(page)
  const status = page.getByRole('contentinfo').getByRole('status')
  await status.getByText('Live').waitFor()
  await page.getByRole('textbox', { name: /^City/ }).fill('Subotica')
  await page.getByRole('group', { name: 'Line 1' }).getByRole('textbox', { name: 'Quantity' }).fill('7')
  await page.reload()
  await settled(page)
  await expect.poll(() => page.getByRole('textbox', { name: /^City/ }).inputValue()).toBe('Subotica')
  expect(await page.getByRole('group', { name: 'Line 1' }).getByRole('textbox', { name: 'Quantity' }).inputValue()).toBe('7')
  // A note, sent without a network: refused in words, kept, and sent when the network is back.
  const id = await placeOrder('N-1')
  await page.goto(`/orders/${id}`)
  await settled(page)
  await status.getByText('Live').waitFor()
  await page.getByRole('button', { name: 'Write a note' }).click()
  const note = page.getByRole('dialog').getByRole('textbox', { name: 'Note', exact: true })
  await note.fill('Ring twice')
  await page.context().setOffline(true)
  await status.getByText('Offline').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  expect(await note.inputValue()).toBe('Ring twice')
  await page.context().setOffline(false)
  await status.getByText('Live').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('Ring twice').waitFor()
})

test('a preference shown at once is taken back visibly when it cannot be kept', async () => {
  const page = await office.enter('/orders?state=open')
  await settled(page)
  await page.getByRole('columnheader', { name: 'Channel' }).waitFor()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Columns and density' }).click()
  await page.getByRole('checkbox', { name: 'Channel' }).click()
  await page.getByRole('alert').first().waitFor()
  await page.getByRole('columnheader', { name: 'Channel' }).waitFor()
  expect(await page.getByRole('checkbox', { name: 'Channel' }).isChecked()).toBe(true)
  await page.context().setOffline(false)
})

test('live updates keep scroll, selection and what is being typed', async () => {
  const orders = Array.from({ length: 60 }, (_, index) =>
    orderOf(`V-${index}`, [{ sku: '84879', quantity: 1 }], { payment_terms: 'on_account' }),
  )
  await office.business.call('POST', '/v1/orders/batch', { orders })
  const page = await office.enter('/orders?state=open')
  await settled(page)
  await page
    .getByRole('checkbox', { name: /^Select Order #/ })
    .nth(3)
    .check()
  await page.getByRole('toolbar', { name: '1 selected' }).waitFor()
  const scroll = (change = '') => page.evaluate(`document.querySelector('[role=grid]').scrollTop${change}`)
  await scroll(' = 700')
  await page.getByRole('button', { name: 'Hold…' }).click()
  const note = page.getByRole('dialog').getByRole('textbox', { name: 'Note', exact: true })
  await note.fill('half a sen')
  const count = page.getByText(/^\d+ rows ·/)
  const before = await count.textContent()
  await placeOrder(`V-new-${crypto.randomUUID()}`)
  await expect.poll(() => count.textContent(), { timeout: 20_000 }).not.toBe(before)
  expect(await note.inputValue()).toBe('half a sen')
  expect(await scroll()).toBe(700)
  await page.keyboard.press('Escape')
  await page.getByRole('toolbar', { name: '1 selected' }).waitFor()
})

test('a list that is empty by itself says so, not that a search found nothing', async () => {
  const page = await office.enter('/tasks')
  await settled(page)
  await page.getByText('Nothing to do', { exact: true }).waitFor()
  expect(await page.getByText('Nothing matches').count()).toBe(0)
})
