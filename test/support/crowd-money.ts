import { type Act, ask, at, orderOf, post } from './crowd-world.ts'
import type { Shown } from './shop.ts'

const pay: Act = async (world, { which, other, quantity }) => {
  const id = at(world.orders, which)
  if (id === undefined) return
  const kind = at(['captured', 'captured', 'authorized', 'collected', 'refunded', 'voided'], other)
  await post(world, `/v1/orders/${id}/payments`, { kind, amount: 500 * quantity, method: 'card', reference: `p-${world.nextId()}` })
}

const refund: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const own = at((order?.lines ?? []) as Shown[], other)
  if (own === undefined) return
  const asked = at(
    [
      {},
      { lines: [{ line_id: own.id, quantity, goods: 'kept' }] },
      { lines: [{ line_id: own.id, quantity, goods: 'expected' }] },
      { lines: [{ line_id: own.id, quantity, restocking_fee: 50 }] },
      { lines: [{ line_id: own.id, amount: 111 * quantity }] },
      { amount: 123 * quantity },
      { charges: [{ charge_id: order.charges[0]?.id, amount: 40 * quantity }] },
      { method: 'store_credit' },
    ],
    other,
  )
  await post(world, `/v1/orders/${order.id}/refunds`, asked)
}

const voucher: Act = async (world, { which, other, quantity }) => {
  const issued = await post(world, '/v1/vouchers', { amount: 400 * quantity, reason: 'prize' })
  if (issued === undefined) return
  const shown = await post(world, `/v1/vouchers/${issued.id}/code`)
  const id = at(world.orders, which)
  if (shown !== undefined && id !== undefined)
    await post(world, `/v1/orders/${id}/voucher-payments`, { code: shown.code, ...(other % 2 === 0 ? {} : { amount: 100 }) })
}

const writeOff: Act = async (world, { which, other }) => {
  const id = at(world.orders, which)
  if (id === undefined) return
  await post(world, `/v1/orders/${id}/write-off`, { kind: at(['rounding', 'bad_debt'], other), amount: 3, reason: 'cents' })
}

const lateCost: Act = async (world, { which, other, quantity }) => {
  const id = at(world.receipts, which)
  if (id === undefined) return
  const amount = other % 2 === 0 ? 131 * quantity : -37 * quantity
  await post(world, `/v1/goods-receipts/${id}/cost-adjustments`, { reason: 'landed_cost', amount })
}

/** Courier's lists name what stands with the first carrier, one parcel a list, a cent too little now and then. */
const courierList: Act = async (world, { other }) => {
  const carriers = await ask(world, 'GET', '/v1/carriers')
  const carrier = at((carriers?.data ?? []) as Shown[], 0)
  if (carrier === undefined) return
  const shipped = await ask(world, 'GET', `/v1/courier-cash?carrier_id=${carrier.id}`)
  const parcel = at((shipped?.data ?? []) as Shown[], other)
  const reference = `list-${world.nextId()}`
  const tracking = parcel?.tracking_number ?? 'UNKNOWN'
  const list = await post(world, '/v1/courier-remittances', {
    carrier_id: carrier.id,
    reference,
    statement_on: '2099-01-01',
    lines: [{ tracking_number: tracking, amount: (parcel?.amount.amount ?? 500) - (other % 2), fee: 7 }],
  })
  if (list !== undefined) await post(world, `/v1/courier-remittances/${list.id}/acceptance`, { accept_differences: true })
}

/** Deeds of the people who keep the money. */
export const moneyActs = { pay, refund, voucher, writeOff, lateCost, courierList } as const satisfies Record<string, Act>
