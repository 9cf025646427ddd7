import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { insufficientStock } from '../inventory.errors.ts'
import { requireWarehouse, resolveItems } from '../resolve-lines.ts'
import { changeHeld, holdExpiry } from '../stock-hold.ts'
import { addToPositions, lockPositions, type PositionKey, positionKey } from '../stock.repo.ts'
import { itemReference, Quantity } from '../wire.ts'

/**
 * Holds stock for a checkout until a time.
 * @throws `inventory.not_found` (warehouse), `inventory.insufficient_stock` (rule), `kernel.invalid_input` (item, expires_at)
 */
export const holdStock = defineCommand({
  name: 'inventory.hold_stock',
  permission: 'inventory.hold',
  summary: 'Hold stock for a checkout until a time',
  input: exactly({
    warehouse_id: Uuid,
    ...itemReference,
    quantity: Quantity,
    reference: Type.String({ minLength: 1, maxLength: 200 }),
    expires_at: Instant,
  }),
  output: exactly({ id: Uuid, item_id: Uuid, quantity: Type.Integer(), expires_at: Instant }),
  errors: ['inventory.not_found', 'inventory.insufficient_stock'],

  async run(run, input) {
    const { tx, ctx, now } = run
    const expiresAt = holdExpiry(input.expires_at, now)
    const { warehouse_id, quantity, reference } = input
    await requireWarehouse(tx, ctx.orgId, warehouse_id)
    const [item] = await resolveItems(tx, ctx.orgId, [input], () => '')
    const key = { itemId: item?.id ?? '', warehouseId: warehouse_id, ownerId: ZERO_ID }
    const position = (await lockPositions(tx, ctx.orgId, [key])).get(positionKey(key))
    const available = (position?.onHand ?? 0) - (position?.reserved ?? 0) - (position?.held ?? 0)
    if (quantity > available) throw insufficientStock([{ item_id: key.itemId, warehouse_id, wanted: quantity, available }])
    const id = run.newId()
    await sql`
      insert into inventory.stock_hold (org_id, id, warehouse_id, item_id, owner_id, quantity, reference, expires_at, created_at)
      values (${ctx.orgId}, ${id}, ${warehouse_id}, ${key.itemId}, ${key.ownerId}, ${quantity}, ${reference}, ${expiresAt}, ${now})`.execute(
      tx,
    )
    await addToPositions(tx, ctx.orgId, [{ ...key, onHand: 0, reserved: 0, held: quantity }])
    run.emit({
      type: 'inventory.stock_held',
      documentType: 'inventory.stock_hold',
      documentId: id,
      payload: { item_id: key.itemId, warehouse_id, quantity, expires_at: expiresAt.toISOString() },
    })
    return { id, item_id: key.itemId, quantity, expires_at: expiresAt.toISOString() }
  },
})

/**
 * Ends a hold before its time: the checkout was given up, or became an order.
 * @throws `inventory.not_found`
 */
export const releaseHold = defineCommand({
  name: 'inventory.release_hold',
  permission: 'inventory.hold',
  summary: 'Release a stock hold',
  input: exactly({ stock_hold_id: Uuid }),
  output: exactly({ id: Uuid, quantity: Type.Integer() }),
  errors: ['inventory.not_found'],

  async run(run, { stock_hold_id }) {
    const [ended] = await endHolds(run, await holdKeys(run, sql`id = ${stock_hold_id}`), {
      type: 'inventory.stock_hold_released',
      if: sql`true`,
    })
    if (ended === undefined) throw notFound('inventory.stock_hold', stock_hold_id)
    return { id: stock_hold_id, quantity: ended.quantity }
  },
})

/** Holds ended at once by one run of the job. */
const EXPIRE_AT_MOST = 1000

/** Ends holds whose time is over, at most 1,000 a run; the job runs it until it answers 0. */
export const expireHolds = defineCommand({
  name: 'inventory.expire_holds',
  permission: 'inventory.hold',
  summary: 'End stock holds whose time is over',
  input: exactly({}),
  output: exactly({ expired: Type.Integer() }),

  async run(run) {
    const due = await holdKeys(run, sql`expires_at <= ${run.now} order by expires_at limit ${EXPIRE_AT_MOST}`)
    return { expired: (await endHolds(run, due, { type: 'inventory.stock_hold_expired', if: sql`expires_at <= ${run.now}` })).length }
  },
})

interface HoldKey extends PositionKey {
  id: string
}

async function holdKeys({ tx, ctx }: CommandRun, condition: ReturnType<typeof sql>): Promise<HoldKey[]> {
  const { rows } = await sql<HoldKey>`
    select id, item_id as "itemId", warehouse_id as "warehouseId", owner_id as "ownerId" from inventory.stock_hold where org_id = ${ctx.orgId} and ${condition}`.execute(
    tx,
  )
  return rows
}

/** Ends those of the holds that are still there and as they were asked for (one may have been extended meanwhile), and offers what is free again to waiting backorders. */
async function endHolds(
  run: CommandRun,
  keys: readonly HoldKey[],
  { type, if: still }: { type: string; if: ReturnType<typeof sql> },
): Promise<(HoldKey & { quantity: number })[]> {
  const { tx, ctx } = run
  if (keys.length === 0) return []
  await lockPositions(tx, ctx.orgId, keys)
  const { rows: ended } = await sql<HoldKey & { quantity: number }>`
    delete from inventory.stock_hold where org_id = ${ctx.orgId} and id = any(${keys.map((key) => key.id)}::uuid[]) and ${still}
    returning id, item_id as "itemId", warehouse_id as "warehouseId", owner_id as "ownerId", quantity`.execute(tx)
  await changeHeld(
    run,
    ended.map((hold) => ({ ...hold, quantity: -hold.quantity })),
  )
  for (const hold of ended) {
    run.emit({
      type,
      documentType: 'inventory.stock_hold',
      documentId: hold.id,
      payload: { item_id: hold.itemId, warehouse_id: hold.warehouseId, before: hold.quantity, after: 0 },
    })
  }
  return ended
}
