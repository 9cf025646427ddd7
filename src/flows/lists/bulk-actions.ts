import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import { DomainError } from '../../kernel/errors.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { exactly } from '../../kernel/schema.ts'
import { CANCEL_REASONS, cancelOrder } from '../../modules/orders/index.ts'
import { releaseShipments } from '../../modules/warehouse/index.ts'
import { type BulkAction, type BulkPiece, type Obstacle, type PieceDone, type Refusal, refusalIn } from './bulk-action.ts'
import { foreseeOrders, hold, prioritize, releaseTheirHolds, tag } from './bulk-marks.ts'
import { releaseOfOrders } from './bulk-release.ts'

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
    return { refused }
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

async function releaseShipmentsOf(system: System, ctx: Context, piece: BulkPiece): Promise<PieceDone> {
  const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: [...piece.ids] }, { idempotencyKey: piece.key })
  return { refused: new Map(outcomes.flatMap((outcome) => (outcome.ok ? [] : [[outcome.shipment_id, refusalIn(outcome.error)] as const]))) }
}

/** What can be done with many documents at once, by list and action. */
export const BULK_ACTIONS: Readonly<Record<'orders' | 'shipments', Readonly<Record<string, BulkAction>>>> = {
  orders: { release: releaseOfOrders, hold, release_holds: releaseTheirHolds, tag, prioritize, cancel },
  shipments: { release: releaseThem },
}
