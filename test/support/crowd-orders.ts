import { type Act, ask, at, orderOf, post } from './crowd-world.ts'
import { ANA, line, postage, type Shown } from './shop.ts'

const TERMS = ['prepaid', 'cash_on_delivery', 'on_account'] as const
const SKUS = ['A', 'B', 'SET'] as const
const ELSEWHERE = { ...ANA, line1: 'Zmaj Jovina 5' }

/** Lines of an order that stand for themselves: kits, not their components. */
const ownLines = (order: Shown): Shown[] => ((order?.lines ?? []) as Shown[]).filter((one) => one.parent_line_id === null)

const placeOrder: Act = async (world, { which, other, quantity }) => {
  const taken = await post(world, '/v1/orders', {
    channel: 'web',
    external_id: `o-${world.nextId()}`,
    currency: 'EUR',
    prices_include_tax: which % 3 !== 2,
    payment_terms: at(TERMS, other),
    ship_to: ANA,
    customer: { name: 'Ana' },
    lines: [line(at(SKUS, which) ?? 'A', quantity, 999), line(at(SKUS, which + 1) ?? 'B', 1, 1501)],
    charges: [postage(361)],
    ...(other % 2 === 0 ? { discounts: [{ code: 'X', amount: 77 }] } : {}),
    ...(which % 4 === 3 ? { stock_hold_reference: `cart-${other % 3}` } : {}),
  })
  if (taken !== undefined) world.orders.push(taken.id)
}

const changeQuantity: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const own = at(ownLines(order), other)
  if (own === undefined) return
  await post(world, `/v1/orders/${order.id}/changes`, { lines: [{ line_id: own.id, quantity: quantity - 1 }] })
}

const changePrice: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const own = at(ownLines(order), other)
  if (own === undefined) return
  await post(world, `/v1/orders/${order.id}/changes`, { lines: [{ line_id: own.id, unit_price: { amount: 500 + 111 * quantity } }] })
}

const substitute: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const own = at(ownLines(order), other)
  if (own === undefined) return
  await post(world, `/v1/orders/${order.id}/changes`, {
    lines: [{ line_id: own.id, quantity: own.shipped }],
    add_lines: [{ sku: at(SKUS, other), quantity, unit_price: { amount: 850 }, replaces_line_id: own.id, reason: 'instead' }],
  })
}

const changeMoney: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  if (order === undefined) return
  const fields =
    other % 2 === 0
      ? { discounts: [{ amount: 50 * quantity, code: 'SORRY' }] }
      : { charges: [{ kind: 'gift_wrap', amount: 99 * quantity }] }
  await post(world, `/v1/orders/${order.id}/changes`, fields)
}

const changeAddress: Act = async (world, { which, other }) => {
  const id = at(world.orders, which)
  await post(world, `/v1/orders/${id}/changes`, { ship_to: other % 2 === 0 ? ELSEWHERE : ANA })
}

const cancelPart: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const own = at(ownLines(order), other)
  if (own === undefined) return
  await post(world, `/v1/orders/${order.id}/cancellation`, { reason: 'less', lines: [{ line_id: own.id, quantity }] })
}

const cancelWhole: Act = async (world, { which }) => {
  await post(world, `/v1/orders/${at(world.orders, which)}/cancellation`, { reason: 'changed their mind' })
}

const hold: Act = async (world, { which, other }) => {
  await post(world, `/v1/orders/${at(world.orders, which)}/holds`, { type: at(['manual', 'fraud', 'address'], other), note: 'look' })
}

const releaseHold: Act = async (world, { which, other }) => {
  const order = await orderOf(world, which)
  const found = at(
    ((order?.holds ?? []) as Shown[]).filter((one) => one.released_at === null || one.released_at === undefined),
    other,
  )
  if (found !== undefined) await post(world, `/v1/orders/${order.id}/holds/${found.id}/release`)
}

const holdCart: Act = async (world, { which, other, quantity }) => {
  await ask(world, 'PUT', `/v1/stock-holds/checkouts/cart-${other % 3}`, {
    warehouse_id: which % 2 === 0 ? world.shop.warehouses.W1 : world.shop.warehouses.W2,
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    lines: [{ sku: which % 3 === 0 ? 'B' : 'A', quantity }],
  })
}

const requestReturn: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const shipped = at(
    ((order?.lines ?? []) as Shown[]).filter((one) => one.shipped > 0),
    other,
  )
  if (shipped === undefined) return
  const lines = [{ line_id: shipped.id, quantity, reason: 'other', outcome: 'exchange' }]
  const rma = await post(world, `/v1/orders/${order.id}/rmas`, { lines, approve: true })
  if (rma !== undefined) world.rmas.push(rma.id)
}

const receiveRma: Act = async (world, { which, other, quantity }) => {
  const id = at(world.rmas, which)
  const rma = id === undefined ? undefined : await ask(world, 'GET', `/v1/rmas/${id}`)
  if (rma === undefined) return
  const lines = other % 5 === 4 ? [{ sku: 'B', quantity: 1 }] : [{ rma_line_id: rma.lines[0].id, quantity }]
  const done = await post(world, `/v1/rmas/${id}/receipts`, { warehouse_code: other % 2 === 0 ? 'W1' : 'W2', lines })
  const receipt = done?.receipts.at(-1)?.return_receipt_id
  if (receipt !== undefined) world.returns.push(receipt)
}

const exchange: Act = async (world, { which, other, quantity }) => {
  const id = at(world.rmas, which)
  const rma = id === undefined ? undefined : await ask(world, 'GET', `/v1/rmas/${id}`)
  if (rma === undefined) return
  await post(world, `/v1/rmas/${id}/exchanges`, { rma_line_id: rma.lines[0].id, quantity, ...(other % 2 === 0 ? {} : { sku: 'B' }) })
}

const sendsBack: Act = async (world, { which, other, quantity }) => {
  const order = await orderOf(world, which)
  const shipped = at(
    ((order?.lines ?? []) as Shown[]).filter((one) => one.shipped > 0 && one.kind !== 'kit'),
    other,
  )
  // Known by its line, by order and item only, or of no known sale.
  const named = [{ order_line_id: shipped?.id }, { sku: shipped?.sku }, { sku: 'A', amount: 500, tax: 83 }][other % 3]
  if (shipped === undefined && other % 3 !== 2) return
  const receipt = await post(world, '/v1/return-receipts', {
    warehouse_code: other % 2 === 0 ? 'W1' : 'W2',
    reason: 'back',
    ...(other % 3 === 2 ? {} : { order_id: order.id }),
    lines: [{ ...named, quantity }],
  })
  if (receipt !== undefined) world.returns.push(receipt.id)
}

/** Deeds of the people at the desk, to orders and returns. */
export const orderActs = {
  place: placeOrder,
  changeQuantity,
  changePrice,
  substitute,
  changeMoney,
  changeAddress,
  cancelPart,
  cancelWhole,
  hold,
  releaseHold,
  holdCart,
  requestReturn,
  receiveRma,
  exchange,
  sendsBack,
} as const satisfies Record<string, Act>
