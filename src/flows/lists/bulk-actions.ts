import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Outcome } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import { runBatch, runCommand, type System } from '../../kernel/runner.ts'
import { exactly } from '../../kernel/schema.ts'
import { CANCEL_REASONS, cancelOrder, HOLD_TYPES, placeHolds, releaseHolds, tagManyOrders } from '../../modules/orders/index.ts'
import { releaseShipments } from '../../modules/warehouse/index.ts'
import { type BulkAction, type BulkPiece, type Obstacle, type Refusal, refusalIn } from './bulk-action.ts'
import { releaseOfOrders } from './bulk-release.ts'

interface OrderFacts {
  id: string
  state: string
  holds: number
  tags: string[]
  open: boolean
}

async function readOrders(tx: Tx, ctx: Context, ids: readonly string[]): Promise<Map<string, OrderFacts>> {
  const { rows } = await sql<OrderFacts>`
    select o.id, o.state, o.hold_count as holds, o.tags,
           exists (select from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.kind <> 'kit' and l.pending + l.reserved + l.backordered > 0) as open
      from orders.sales_order o where o.org_id = ${ctx.orgId} and o.id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Obstacles by one rule over the facts of each order. */
function foreseeOrders(why: (order: OrderFacts, options: Readonly<Record<string, unknown>>) => Obstacle | null): BulkAction['foresee'] {
  return async (tx, ctx, ids, options) => {
    const orders = await readOrders(tx, ctx, ids)
    const obstacles = new Map<string, Obstacle>()
    for (const id of ids) {
      const order = orders.get(id)
      const obstacle = order === undefined ? 'gone' : why(order, options)
      if (obstacle !== null) obstacles.set(id, obstacle)
    }
    return obstacles
  }
}

/** Refusals of a batch command whose elements are the documents of a piece, in their order. */
function refusalsOf(piece: BulkPiece, outcomes: readonly Outcome<unknown>[]): Map<string, Refusal> {
  return new Map(
    piece.ids.flatMap((id, index) => {
      const outcome = outcomes[index]
      return outcome === undefined || outcome.ok ? [] : [[id, { code: outcome.error.code, message: outcome.error.message }] as const]
    }),
  )
}

const hold: BulkAction = {
  permission: 'orders.hold',
  options: exactly({ type: Type.Enum([...HOLD_TYPES]), note: Type.Optional(Type.String({ maxLength: 1000 })) }),
  pieceSize: 100,
  foresee: foreseeOrders((order) => (order.state === 'open' ? null : 'not_open')),
  async perform(system, ctx, piece) {
    const elements = piece.ids.map((order_id) => ({ order_id, ...piece.options }))
    return refusalsOf(piece, await runBatch(system, ctx, placeHolds, elements, { idempotencyKey: piece.key }))
  },
}

const releaseTheirHolds: BulkAction = {
  permission: 'orders.hold',
  options: exactly({}),
  pieceSize: 100,
  foresee: foreseeOrders((order) => (order.holds > 0 ? null : 'not_held')),
  async perform(system, ctx, piece) {
    const elements = piece.ids.map((order_id) => ({ order_id }))
    return refusalsOf(piece, await runBatch(system, ctx, releaseHolds, elements, { idempotencyKey: piece.key }))
  },
}

const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 10 })

const tag: BulkAction = {
  permission: 'orders.change',
  options: exactly({ add: Type.Optional(Tags), remove: Type.Optional(Tags) }),
  pieceSize: 200,
  foresee: foreseeOrders((order, options) => {
    const { add = [], remove = [] } = options as { add?: string[]; remove?: string[] }
    return add.some((one) => !order.tags.includes(one)) || remove.some((one) => order.tags.includes(one)) ? null : 'unchanged'
  }),
  async perform(system, ctx, piece) {
    await runCommand(system, ctx, tagManyOrders, { order_ids: [...piece.ids], ...piece.options }, { idempotencyKey: piece.key })
    return new Map()
  },
}

const cancel: BulkAction = {
  permission: 'orders.cancel',
  options: exactly({ reason: Type.String({ minLength: 1, maxLength: 500 }), reason_code: Type.Optional(Type.Enum([...CANCEL_REASONS])) }),
  pieceSize: 25,
  foresee: foreseeOrders((order) => (order.open ? null : 'nothing_open')),
  async perform(system, ctx, piece) {
    const refused = new Map<string, Refusal>()
    for (const order_id of piece.ids) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- each order in a transaction of its own, so that one refusal stops no other
        await runCommand(system, ctx, cancelOrder, { order_id, ...piece.options }, { idempotencyKey: `${piece.key}:${order_id}` })
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error
        refused.set(order_id, { code: error.code, message: error.message })
      }
    }
    return refused
  },
}

interface ShipmentFacts {
  id: string
  status: string
  held: boolean
  ready: boolean
}

const releaseThem: BulkAction = {
  permission: 'warehouse.release',
  options: exactly({}),
  pieceSize: 200,
  async foresee(tx, ctx, ids) {
    const { rows } = await sql<ShipmentFacts>`
      select id, status, held, ready from warehouse.shipment where org_id = ${ctx.orgId} and id = any(${[...ids]}::uuid[])`.execute(tx)
    const shipments = new Map(rows.map((row) => [row.id, row]))
    const why = (shipment: ShipmentFacts | undefined): Obstacle | null => {
      if (shipment === undefined) return 'gone'
      if (shipment.status !== 'planned') return 'not_planned'
      if (shipment.held) return 'held'
      return shipment.ready ? null : 'not_ready'
    }
    return new Map(
      ids.flatMap((id) => {
        const obstacle = why(shipments.get(id))
        return obstacle === null ? [] : [[id, obstacle] as const]
      }),
    )
  },
  perform: releaseShipmentsOf,
}

async function releaseShipmentsOf(system: System, ctx: Context, piece: BulkPiece): Promise<Map<string, Refusal>> {
  const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: [...piece.ids] }, { idempotencyKey: piece.key })
  return new Map(outcomes.flatMap((outcome) => (outcome.ok ? [] : [[outcome.shipment_id, refusalIn(outcome.error)] as const])))
}

/** What can be done with many documents at once, by list and action. */
export const BULK_ACTIONS: Readonly<Record<'orders' | 'shipments', Readonly<Record<string, BulkAction>>>> = {
  orders: { release: releaseOfOrders, hold, release_holds: releaseTheirHolds, tag, cancel },
  shipments: { release: releaseThem },
}
