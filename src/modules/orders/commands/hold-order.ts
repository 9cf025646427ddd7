import Type from 'typebox'
import { defineBatchCommand, defineCommand, type Outcome } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { HOLD_TYPES, holdOrder, insertHold, releaseDueHolds, releaseHoldsOf, releaseOrderHold } from '../holds.ts'
import { lockOrders } from '../order.repo.ts'
import { setShipmentsHeld } from '../../warehouse/index.ts'

const Uuid = Type.String({ format: 'uuid' })
const Closed = { additionalProperties: false } as const
const HoldInput = Type.Object(
  {
    order_id: Uuid,
    type: Type.Enum([...HOLD_TYPES]),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
    until_at: Type.Optional(Type.String({ format: 'date-time', description: 'when the hold ends by itself' })),
  },
  Closed,
)
const HoldOutput = Type.Object({ order_id: Uuid, hold_id: Uuid })

function newHold(input: Type.Static<typeof HoldInput>, now: Date, pointer = '/until_at') {
  const until = input.until_at === undefined ? null : new Date(input.until_at)
  if (until !== null && until <= now)
    throw invalidField(pointer, 'in_past', 'lies in the past; say when the hold is to end, or leave it out')
  return { type: input.type, note: input.note ?? '', until }
}

/**
 * Holds an order for a reason; it is not released to the floor until the hold is.
 * @throws `orders.not_found`
 */
export const placeHold = defineCommand({
  name: 'orders.place_hold',
  permission: 'orders.hold',
  summary: 'Hold an order',
  input: HoldInput,
  output: HoldOutput,
  errors: ['orders.not_found'],
  async run(run, input) {
    return { order_id: input.order_id, hold_id: await holdOrder(run, input.order_id, newHold(input, run.now)) }
  },
})

/**
 * Releases one hold of an order.
 * @throws `orders.not_found`, `orders.hold_not_open` (conflict)
 */
export const releaseHold = defineCommand({
  name: 'orders.release_hold',
  permission: 'orders.hold',
  summary: 'Release a hold of an order',
  input: Type.Object({ order_id: Uuid, hold_id: Uuid }, Closed),
  output: Type.Object({ order_id: Uuid, open_holds: Type.Integer() }),
  errors: ['orders.not_found', 'orders.hold_not_open'],
  async run(run, input) {
    const { open } = await releaseOrderHold(run, input.order_id, input.hold_id)
    return { order_id: input.order_id, open_holds: open }
  },
})

function holdAsGiven(input: Type.Static<typeof HoldInput>) {
  return { type: input.type, note: input.note ?? '', until: input.until_at === undefined ? null : new Date(input.until_at) }
}

/**
 * Holds many orders at once, each held or refused by itself.
 * @throws `orders.not_found` per element
 */
export const placeHolds = defineBatchCommand({
  name: 'orders.place_holds',
  permission: 'orders.hold',
  summary: 'Hold many orders',
  element: HoldInput,
  output: HoldOutput,
  maxElements: 500,
  errors: ['orders.not_found'],
  async run(run, elements) {
    const ids = elements.map((element) => element.order_id)
    await setShipmentsHeld(run.tx, run.ctx.orgId, ids, true)
    const orders = await lockOrders(run, ids)
    const outcomes: Outcome<Type.Static<typeof HoldOutput>>[] = []
    for (const element of elements) {
      if (!orders.has(element.order_id)) {
        outcomes.push({ ok: false, error: notFound('orders.order', element.order_id) })
        continue
      }
      const { type, note, until } = holdAsGiven(element)
      // oxlint-disable-next-line no-await-in-loop -- one statement after another on one connection
      const hold_id = await insertHold(run, element.order_id, type, note, until)
      outcomes.push({ ok: true, value: { order_id: element.order_id, hold_id } })
    }
    return outcomes
  },
})

/**
 * Releases the open holds of many orders: all, those of one type, or one of them.
 * @throws `orders.not_found` per element
 */
export const releaseHolds = defineBatchCommand({
  name: 'orders.release_holds',
  permission: 'orders.hold',
  summary: 'Release holds of many orders',
  element: Type.Object({ order_id: Uuid, type: Type.Optional(Type.Enum([...HOLD_TYPES])), hold_id: Type.Optional(Uuid) }, Closed),
  output: Type.Object({ order_id: Uuid, released: Type.Integer(), hold_ids: Type.Array(Uuid) }),
  maxElements: 500,
  errors: ['orders.not_found'],
  async run(run, elements) {
    const released = await releaseHoldsOf(
      run,
      elements.map((element) => ({
        orderId: element.order_id,
        ...(element.type === undefined ? {} : { type: element.type }),
        ...(element.hold_id === undefined ? {} : { holdId: element.hold_id }),
      })),
    )
    return elements.map(({ order_id }): Outcome<{ order_id: string; released: number; hold_ids: string[] }> => {
      const gone = released.get(order_id)
      return gone === undefined
        ? { ok: false, error: notFound('orders.order', order_id) }
        : { ok: true, value: { order_id, released: gone.length, hold_ids: gone } }
    })
  },
})

/** Ends holds whose time is over; run by a job. */
export const endDueHolds = defineCommand({
  name: 'orders.end_due_holds',
  permission: 'orders.hold',
  summary: 'End holds whose time is over',
  input: Type.Object({}, Closed),
  output: Type.Object({ released: Type.Integer() }),
  run: async (run) => ({ released: await releaseDueHolds(run) }),
})
