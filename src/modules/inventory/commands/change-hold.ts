import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { insufficientStock } from '../inventory.errors.ts'
import { changeHeld, findHolds, holdExpiry } from '../stock-hold.ts'
import { lockPositions, positionKey } from '../stock.repo.ts'
import { Quantity } from '../wire.ts'

/**
 * Extends a hold, or changes how much it holds. A hold whose time is over can be extended as long as it was not ended.
 * @throws `inventory.not_found`, `inventory.insufficient_stock` (rule), `kernel.invalid_input` (expires_at)
 */
export const changeHold = defineCommand({
  name: 'inventory.change_hold',
  permission: 'inventory.hold',
  summary: 'Extend a stock hold or change its quantity',
  input: exactly({ stock_hold_id: Uuid, expires_at: Type.Optional(Instant), quantity: Type.Optional(Quantity) }),
  output: exactly({ id: Uuid, quantity: Type.Integer(), expires_at: Instant }),
  errors: ['inventory.not_found', 'inventory.insufficient_stock'],

  async run(run, { stock_hold_id, expires_at, quantity: wanted }) {
    const { tx, ctx, now } = run
    const said = expires_at === undefined ? null : holdExpiry(expires_at, now)
    const positions = await lockPositions(tx, ctx.orgId, await findHolds(tx, ctx.orgId, { ids: [stock_hold_id] }))
    const [hold] = await findHolds(tx, ctx.orgId, { ids: [stock_hold_id] })
    if (hold === undefined) throw notFound('inventory.stock_hold', stock_hold_id)
    const position = positions.get(positionKey(hold))
    const available = (position?.onHand ?? 0) - (position?.reserved ?? 0) - (position?.held ?? 0) + hold.quantity
    const quantity = wanted ?? hold.quantity
    if (quantity > hold.quantity && quantity > available)
      throw insufficientStock([{ item_id: hold.itemId, warehouse_id: hold.warehouseId, wanted: quantity, available }])
    const expiresAt = said ?? hold.expiresAt
    await sql`update inventory.stock_hold set quantity = ${quantity}, expires_at = ${expiresAt} where org_id = ${ctx.orgId} and id = ${stock_hold_id}::uuid`.execute(
      tx,
    )
    await changeHeld(run, [{ ...hold, quantity: quantity - hold.quantity }])
    run.emit({
      type: 'inventory.stock_hold_changed',
      documentType: 'inventory.stock_hold',
      documentId: stock_hold_id,
      payload: { quantity: [hold.quantity, quantity], expires_at: [hold.expiresAt.toISOString(), expiresAt.toISOString()] },
    })
    return { id: stock_hold_id, quantity, expires_at: expiresAt.toISOString() }
  },
})
