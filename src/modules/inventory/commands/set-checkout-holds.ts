import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { insufficientStock, type Shortage } from '../inventory.errors.ts'
import { requireWarehouse, resolveItems } from '../resolve-lines.ts'
import { changeHeld, findHolds, holdExpiry, type StockHold } from '../stock-hold.ts'
import { lockPositions, type Position, type PositionKey, positionKey } from '../stock.repo.ts'
import { itemReference, Quantity } from '../wire.ts'

/**
 * Sets what a checkout holds, all of it at once: new items are held, changed ones adjusted, those left out released, the time
 * extended. The same call again changes nothing. All or nothing: one short item refuses it and names every short one.
 * @throws `inventory.not_found` (warehouse), `inventory.insufficient_stock` (rule), `kernel.invalid_input` (lines, expires_at)
 */
export const setCheckoutHolds = defineCommand({
  name: 'inventory.set_checkout_holds',
  permission: 'inventory.hold',
  summary: 'Set the stock holds of a checkout',
  input: exactly({
    reference: Type.String({ minLength: 1, maxLength: 200 }),
    warehouse_id: Uuid,
    expires_at: Instant,
    lines: Type.Array(exactly({ ...itemReference, quantity: Quantity }), { maxItems: 200 }),
  }),
  output: exactly({
    reference: Type.String(),
    expires_at: Instant,
    holds: Type.Array(exactly({ id: Uuid, item_id: Uuid, quantity: Type.Integer() })),
  }),
  errors: ['inventory.not_found', 'inventory.insufficient_stock'],

  async run(run, { reference, warehouse_id, expires_at, lines }) {
    const { tx, ctx, now } = run
    const expiresAt = holdExpiry(expires_at, now)
    await requireWarehouse(tx, ctx.orgId, warehouse_id)
    const items = await resolveItems(tx, ctx.orgId, lines)
    const wanted = new Map<string, PositionKey & { quantity: number }>()
    lines.forEach((line, index) => {
      const key = { itemId: items[index]?.id ?? '', warehouseId: warehouse_id, ownerId: ZERO_ID }
      wanted.set(positionKey(key), { ...key, quantity: (wanted.get(positionKey(key))?.quantity ?? 0) + line.quantity })
    })
    // One call a checkout at a time: what the other holds is not known before its positions are.
    await sql`select pg_advisory_xact_lock(hashtextextended('checkout/' || ${reference}, ${ctx.orgId}))`.execute(tx)
    const keys = [...wanted.values(), ...(await findHolds(tx, ctx.orgId, { references: [reference] }))]
    const positions = await lockPositions(tx, ctx.orgId, keys)
    const before = await findHolds(tx, ctx.orgId, { references: [reference] })
    refuseShort([...wanted.values()], before, positions)
    const holds = await write(run, { reference, expiresAt, before, wanted })
    return {
      reference,
      expires_at: expiresAt.toISOString(),
      holds: holds.map(({ id, itemId, quantity }) => ({ id, item_id: itemId, quantity })),
    }
  },
})

function refuseShort(
  wanted: readonly (PositionKey & { quantity: number })[],
  before: readonly StockHold[],
  positions: ReadonlyMap<string, Position>,
): void {
  const shortages = wanted.flatMap((part): Shortage[] => {
    const position = positions.get(positionKey(part))
    const own = heldOf(before, part)
    const available = (position?.onHand ?? 0) - (position?.reserved ?? 0) - (position?.held ?? 0) + own
    return part.quantity > own && part.quantity > available
      ? [{ item_id: part.itemId, warehouse_id: part.warehouseId, wanted: part.quantity, available }]
      : []
  })
  if (shortages.length > 0) throw insufficientStock(shortages)
}

function heldOf(holds: readonly StockHold[], key: PositionKey): number {
  return holds.filter((hold) => positionKey(hold) === positionKey(key)).reduce((sum, hold) => sum + hold.quantity, 0)
}

interface Checkout {
  reference: string
  expiresAt: Date
  before: readonly StockHold[]
  wanted: ReadonlyMap<string, PositionKey & { quantity: number }>
}

/** One hold an item and warehouse: the first one stays, others of the same goods go. */
async function write(run: CommandRun, { reference, expiresAt, before, wanted }: Checkout): Promise<StockHold[]> {
  const { tx, ctx, now } = run
  const kept = new Map<string, StockHold>()
  for (const hold of before) if (wanted.has(positionKey(hold)) && !kept.has(positionKey(hold))) kept.set(positionKey(hold), hold)
  const holds = [...wanted].map(([key, part]): StockHold => ({ ...part, id: kept.get(key)?.id ?? run.newId(), reference, expiresAt }))
  const gone = before.filter((hold) => !holds.some((other) => other.id === hold.id))
  if (gone.length > 0)
    await sql`delete from inventory.stock_hold where org_id = ${ctx.orgId} and id = any(${gone.map((hold) => hold.id)}::uuid[])`.execute(tx)
  if (holds.length > 0)
    await sql`
      insert into inventory.stock_hold as h (org_id, id, warehouse_id, item_id, owner_id, quantity, reference, expires_at, created_at)
      select ${ctx.orgId}, n.id, n.warehouseId, n.itemId, n.ownerId, n.quantity, ${reference}, ${expiresAt}, ${now}
        from ${rowsOf(holds, { id: 'uuid', warehouseId: 'uuid', itemId: 'uuid', ownerId: 'uuid', quantity: 'bigint' }, 'n')}
      on conflict (org_id, id) do update set quantity = excluded.quantity, expires_at = excluded.expires_at`.execute(tx)
  await changeHeld(run, [...holds, ...before.map((hold) => ({ ...hold, quantity: -hold.quantity }))])
  tell(run, { before, holds, gone, expiresAt })
  return holds
}

function tell(
  run: CommandRun,
  {
    before,
    holds,
    gone,
    expiresAt,
  }: { before: readonly StockHold[]; holds: readonly StockHold[]; gone: readonly StockHold[]; expiresAt: Date },
): void {
  const emit = (type: string, hold: StockHold, payload: Record<string, unknown>) =>
    run.emit({
      type: `inventory.${type}`,
      documentType: 'inventory.stock_hold',
      documentId: hold.id,
      payload: { item_id: hold.itemId, warehouse_id: hold.warehouseId, ...payload },
    })
  for (const hold of holds) {
    const earlier = before.find((other) => other.id === hold.id)
    if (earlier === undefined) emit('stock_held', hold, { quantity: hold.quantity, expires_at: expiresAt.toISOString() })
    else if (earlier.quantity !== hold.quantity || earlier.expiresAt.getTime() !== expiresAt.getTime())
      emit('stock_hold_changed', hold, {
        quantity: [earlier.quantity, hold.quantity],
        expires_at: [earlier.expiresAt.toISOString(), expiresAt.toISOString()],
      })
  }
  for (const hold of gone) emit('stock_hold_released', hold, { before: hold.quantity, after: 0 })
}
