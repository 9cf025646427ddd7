import { expect, test } from 'vitest'
import { orderOf } from './business.ts'
import { settled } from './pages.ts'
import { useOffice } from './support.ts'

const office = useOffice()

test("a channel's change that meets our own is decided field by field, and the hold is gone", async () => {
  const { call } = office.business
  const channels = (await call('GET', '/v1/channels'))['data'] as { id: string; code: string }[]
  const { channel: _channel, external_id: _id, ...order } = orderOf('V-9', [{ sku: '84879', quantity: 5 }])
  const [line] = order['lines'] as object[]
  const path = `/v1/channels/${channels.find((channel) => channel.code === 'web')?.id ?? ''}/orders/V-9`
  const view = (version: number, quantity: number) => ({ ...order, version, lines: [{ ...line, external_line_id: '1', quantity }] })
  const id = String((await call('PUT', path, view(1, 5)))['order_id'])
  const lines = (await call('GET', `/v1/orders/${id}`))['lines'] as { id: string }[]
  await call('POST', `/v1/orders/${id}/changes`, { lines: [{ line_id: lines[0]?.id, quantity: 3 }] })
  await call('PUT', path, view(2, 8))

  const page = await office.enter(`/orders/${id}`)
  await settled(page)
  await page.getByText('Held: changed on the channel').waitFor()
  await page.getByRole('button', { name: 'Decide' }).click()
  const dialog = page.getByRole('dialog', { name: 'Decide' })
  await dialog.getByText('Both sides changed it.').waitFor()
  await dialog.getByRole('button', { name: 'Channel for all' }).click()
  await dialog.getByRole('button', { name: 'Decide' }).click()
  await page.getByText('Decided; the hold is released').waitFor()
  await page.getByText('The order and the channel agree.').waitFor()
  const [decided] = (await call('GET', `/v1/orders/${id}`))['lines'] as { ordered: number; canceled: number }[]
  expect((decided?.ordered ?? 0) - (decided?.canceled ?? 0)).toBe(8)
})
