import { describe, expect, test } from 'vitest'
import { axesOf, type OrderSums } from './axes.ts'
import { kitVector, type LineVector } from './kit-vector.ts'
import { allowedActions, type ActionFacts } from './allowed-actions.ts'

const SUMS: OrderSums = {
  ordered: 10,
  canceled: 0,
  pending: 0,
  reserved: 0,
  backordered: 0,
  suppliedElsewhere: 0,
  shipped: 0,
  returned: 0,
  refused: 0,
  lost: 0,
  pendingStock: 0,
  total: 1000,
  authorized: 0,
  captured: 0,
  refunded: 0,
  shipments: { planned: 1, working: 0, sent: 0, delivered: 0 },
}
const axes = (sums: Partial<OrderSums>) => axesOf({ ...SUMS, ...sums })
const sent = (count: number, delivered = 0) => ({ planned: 0, working: 0, sent: count, delivered })

describe('statuses derived from quantities, payments and shipments', () => {
  test('payment', () => {
    expect(axes({}).payment_status).toBe('unpaid')
    expect(axes({ total: 0 }).payment_status).toBe('paid')
    expect(axes({ authorized: 1000 }).payment_status).toBe('authorized')
    expect(axes({ authorized: 1000, captured: 999 }).payment_status).toBe('partly_paid')
    expect(axes({ captured: 1000 }).payment_status).toBe('paid')
    expect(axes({ captured: 1000, refunded: 1 }).payment_status).toBe('partly_refunded')
    expect(axes({ captured: 1000, refunded: 1000 }).payment_status).toBe('refunded')
  })

  test('reservation; services that wait for the first shipment are not missing', () => {
    expect(axes({ reserved: 10 }).reservation_status).toBe('reserved')
    expect(axes({ reserved: 9, pending: 1 }).reservation_status).toBe('reserved')
    expect(axes({ reserved: 6, backordered: 4 }).reservation_status).toBe('partly_reserved')
    expect(axes({ backordered: 10 }).reservation_status).toBe('backordered')
    expect(axes({ pending: 10, pendingStock: 10 }).reservation_status).toBe('pending')
    expect(axes({ shipped: 10 }).reservation_status).toBe('none')
  })

  test('fulfillment and state', () => {
    expect(axes({ reserved: 10 })).toMatchObject({ fulfillment_status: 'unfulfilled', state: 'open' })
    expect(axes({ reserved: 10, shipments: { planned: 0, working: 1, sent: 0, delivered: 0 } }).fulfillment_status).toBe('in_progress')
    expect(axes({ reserved: 4, shipped: 6, shipments: sent(1) })).toMatchObject({ fulfillment_status: 'partly_shipped', state: 'open' })
    expect(axes({ canceled: 4, shipped: 6, shipments: sent(1) })).toMatchObject({ fulfillment_status: 'shipped', state: 'done' })
    expect(axes({ shipped: 10, shipments: sent(2, 1) }).fulfillment_status).toBe('shipped')
    expect(axes({ shipped: 10, shipments: sent(2, 2) }).fulfillment_status).toBe('delivered')
    expect(axes({ canceled: 10 })).toMatchObject({ fulfillment_status: 'canceled', state: 'canceled', reservation_status: 'none' })
    expect(axes({ suppliedElsewhere: 10 })).toMatchObject({ fulfillment_status: 'shipped', state: 'done' })
  })

  test('return', () => {
    expect(axes({ shipped: 10 }).return_status).toBe('none')
    expect(axes({ shipped: 10, returned: 3 }).return_status).toBe('partly_returned')
    expect(axes({ shipped: 10, returned: 3, refused: 6, lost: 1 }).return_status).toBe('returned')
  })
})

const NOWHERE: LineVector = {
  ordered: 0,
  canceled: 0,
  pending: 0,
  reserved: 0,
  backordered: 0,
  supplied_elsewhere: 0,
  shipped: 0,
  picked: 0,
  returned: 0,
  refused: 0,
  lost: 0,
}

describe("a kit's vector", () => {
  test('counts complete kits, and says when components stand apart', () => {
    const cups = { ...NOWHERE, ordered: 6, shipped: 4, reserved: 2, kit_quantity: 2 }
    expect(kitVector(3, [cups, { ...NOWHERE, ordered: 3, shipped: 2, reserved: 1, kit_quantity: 1 }])).toMatchObject({
      shipped: 2,
      reserved: 1,
      pending: 0,
      partly: false,
    })
    expect(kitVector(3, [cups, { ...NOWHERE, ordered: 3, shipped: 3, kit_quantity: 1 }])).toMatchObject({
      shipped: 2,
      reserved: 0,
      pending: 1,
      partly: true,
    })
    expect(
      kitVector(3, [
        { ...cups, shipped: 3, reserved: 3 },
        { ...NOWHERE, ordered: 3, shipped: 1, reserved: 2, kit_quantity: 1 },
      ]),
    ).toMatchObject({ shipped: 1, reserved: 1, pending: 1, partly: true })
  })
})

describe('what an order allows', () => {
  const facts: ActionFacts = {
    state: 'open',
    openQuantity: 2,
    backordered: 0,
    returnable: 0,
    openHolds: 0,
    captured: 0,
    refunded: 0,
    shipments: [{ status: 'planned', held: false, ready: true }],
  }
  const allowed = (changes: Partial<ActionFacts>, may: (permission: string) => boolean = () => true) =>
    new Map(allowedActions({ ...facts, ...changes }, may).map((one) => [one.action, one]))

  test('an open order may be released, changed, held, canceled and paid, but not refunded or returned', () => {
    expect([...allowed({}).values()].filter((one) => one.allowed).map((one) => one.action)).toEqual([
      'release',
      'change',
      'cancel',
      'hold',
      'pay',
    ])
    expect(allowed({}).get('refund')?.reason).toMatch(/captured/)
  })

  test('reasons name what stands in the way', () => {
    expect(allowed({ openHolds: 1 }).get('release')).toMatchObject({ allowed: false, reason: expect.stringMatching(/held/) as unknown })
    expect(allowed({ shipments: [{ status: 'planned', held: false, ready: false }] }).get('release')?.reason).toMatch(/sent whole/)
    expect(allowed({ shipments: [], backordered: 1 }).get('release')?.reason).toMatch(/waits for stock/)
    expect(allowed({ openQuantity: 0 }).get('cancel')?.allowed).toBe(false)
    expect(allowed({ state: 'done' }).get('hold')?.allowed).toBe(false)
    expect(allowed({}, (permission) => permission !== 'orders.cancel').get('cancel')?.reason).toMatch(/orders\.cancel/)
  })
})
