import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { findItemsById } from '../../catalog/index.ts'
import { availableToPromise, type PromisePoint, promiseOf } from '../available-to-promise.ts'
import { resolveItems } from '../resolve-lines.ts'
import { itemReference, Quantity } from '../wire.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'

interface Supply {
  source_type: string
  source_id: string
  source_line_id: string
  warehouse_id: string
  warehouse_code: string
  quantity: number
  promised: number
  expected_at: Date | null
}

interface Now {
  on_hand: number
  reserved: number
  held: number
  incoming: number
  waiting: number
  promised: number
}

/** Expected receipts shown and counted at most. */
const MAX_SUPPLIES = 1000

/** What stands now, of our own goods, and what each expected receipt brings. Without a warehouse, all of them together. */
async function readOutlook(
  tx: Tx,
  orgId: number,
  itemId: string,
  warehouseId: string | undefined,
): Promise<{ now: Now; supplies: Supply[] }> {
  const here = (column: RawBuilder<unknown>) => (warehouseId === undefined ? sql`` : sql`and ${column} = ${warehouseId}::uuid`)
  const { rows } = await sql<Now>`
    select coalesce(sum(p.on_hand), 0)::bigint as on_hand, coalesce(sum(p.reserved), 0)::bigint as reserved, coalesce(sum(p.held), 0)::bigint as held, coalesce(sum(p.incoming), 0)::bigint as incoming,
           (select coalesce(sum(b.quantity), 0)::bigint from inventory.backorder b where b.org_id = ${orgId} and b.item_id = ${itemId}::uuid ${warehouseId === undefined ? sql`` : sql`and ${warehouseId}::uuid = any(b.warehouse_ids)`}) as waiting,
           (select coalesce(sum(l.quantity), 0)::bigint from inventory.line_promise l where l.org_id = ${orgId} and l.item_id = ${itemId}::uuid ${here(sql`l.warehouse_id`)}) as promised
      from inventory.stock_position p where p.org_id = ${orgId} and p.item_id = ${itemId}::uuid and p.owner_id = ${ZERO_ID} ${here(sql`p.warehouse_id`)}`.execute(
    tx,
  )
  const { rows: supplies } = await sql<Supply>`
    select s.source_type, s.source_id, s.source_line_id, s.warehouse_id, w.code as warehouse_code, s.quantity, s.expected_at,
           coalesce((select sum(l.quantity) from inventory.line_promise l where l.org_id = s.org_id and l.supply_line_id = s.source_line_id), 0)::bigint as promised
      from inventory.expected_supply s join inventory.warehouse w on w.org_id = s.org_id and w.id = s.warehouse_id
     where s.org_id = ${orgId} and s.item_id = ${itemId}::uuid and s.owner_id = ${ZERO_ID} ${here(sql`s.warehouse_id`)} order by s.expected_at nulls last, s.source_line_id limit ${MAX_SUPPLIES}`.execute(
    tx,
  )
  return { now: rows[0] ?? { on_hand: 0, reserved: 0, held: 0, incoming: 0, waiting: 0, promised: 0 }, supplies }
}

/** A receipt brings its quantity less what waiting lines are promised of it: nothing is promised twice. */
function pointsOf(at: Date, now: Now, supplies: readonly Supply[]): PromisePoint[] {
  const changes = supplies.flatMap((supply) =>
    supply.expected_at === null ? [] : [{ at: supply.expected_at, quantity: supply.quantity - supply.promised }],
  )
  return availableToPromise(at, now.on_hand - now.reserved - now.held, changes)
}

const Outlook = exactly({
  item_id: Uuid,
  sku: Type.String(),
  warehouse_id: nullable(Uuid),
  on_hand: Type.Integer(),
  reserved: Type.Integer(),
  held: Type.Integer(),
  available: Type.Integer(),
  incoming: Type.Integer(),
  /** Backorders, and those of them that no receipt with a date covers. */
  waiting: Type.Integer(),
  waiting_without_date: Type.Integer(),
  dates: Type.Array(
    exactly({
      at: Instant,
      change: Type.Integer({ description: 'expected then, less what waiting orders are promised of it' }),
      balance: Type.Integer({ description: 'projected available balance' }),
      available: Type.Integer({ description: 'cumulative available-to-promise: what can be sold for this date' }),
    }),
  ),
  supplies: Type.Array(
    exactly({
      source_type: Type.String(),
      source_id: Uuid,
      source_line_id: Uuid,
      warehouse_id: Uuid,
      warehouse_code: Type.String(),
      quantity: Type.Integer(),
      promised: Type.Integer(),
      expected_at: nullable(Instant),
      is_overdue: Type.Boolean(),
    }),
  ),
})

/**
 * What can be promised of an item, by date: available now, expected receipts less what is promised of them, and the cumulative
 * available-to-promise (see `availableToPromise`). Receipts that are late count as of now; without a date they promise nothing.
 * @throws `inventory.not_found` (item)
 */
export const listAvailability = defineQuery({
  name: 'inventory.list_availability',
  permission: 'inventory.read',
  summary: 'Availability of an item by date',
  input: exactly({ item_id: Uuid, warehouse_id: Type.Optional(Uuid) }),
  output: Outlook,
  errors: ['inventory.not_found'],

  async run({ tx, ctx, now: at }, { item_id, warehouse_id }): Promise<Static<typeof Outlook>> {
    const item = (await findItemsById(tx, ctx.orgId, [item_id])).get(item_id)
    if (item === undefined) throw notFound('inventory.item', item_id)
    const { now, supplies } = await readOutlook(tx, ctx.orgId, item_id, warehouse_id)
    return {
      item_id,
      sku: item.sku,
      warehouse_id: warehouse_id ?? null,
      on_hand: now.on_hand,
      reserved: now.reserved,
      held: now.held,
      available: now.on_hand - now.reserved - now.held,
      incoming: now.incoming,
      waiting: now.waiting,
      waiting_without_date: Math.max(0, now.waiting - now.promised),
      dates: pointsOf(at, now, supplies).map((point) => ({ ...point, at: point.at.toISOString() })),
      supplies: supplies.map(({ expected_at, ...supply }) => ({
        ...supply,
        expected_at: expected_at?.toISOString() ?? null,
        is_overdue: expected_at !== null && expected_at < at,
      })),
    }
  },
})

/**
 * The earliest instant at which a quantity can be promised: now, when an expected receipt is due, or never as far as is known.
 * @throws `kernel.invalid_input` (item, warehouse)
 */
export const promiseQuantity = defineQuery({
  name: 'inventory.promise_quantity',
  permission: 'inventory.read',
  summary: 'When a quantity can be promised',
  input: exactly({
    ...itemReference,
    quantity: Quantity,
    warehouse: Type.Optional(Type.String({ minLength: 1, maxLength: 20, description: 'code' })),
  }),
  output: exactly({
    item_id: Uuid,
    quantity: Type.Integer(),
    available_now: Type.Integer(),
    promised_at: nullable(Instant),
    in_stock: Type.Boolean(),
  }),
  errors: ['inventory.not_found'],

  async run({ tx, ctx, now: at }, { quantity, warehouse, ...reference }) {
    const [item] = await resolveItems(tx, ctx.orgId, [reference], () => '')
    const itemId = item?.id ?? ''
    const warehouseId = warehouse === undefined ? undefined : await warehouseByCode(tx, ctx.orgId, warehouse)
    const { now, supplies } = await readOutlook(tx, ctx.orgId, itemId, warehouseId)
    const points = pointsOf(at, now, supplies)
    const promised = promiseOf(points, quantity)
    const available = now.on_hand - now.reserved - now.held
    return {
      item_id: itemId,
      quantity,
      available_now: available,
      promised_at: promised?.toISOString() ?? null,
      in_stock: quantity <= available,
    }
  },
})

async function warehouseByCode(tx: Tx, orgId: number, code: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from inventory.warehouse where org_id = ${orgId} and code = ${code}`.execute(tx)
  if (rows[0] === undefined) throw notFound('inventory.warehouse', code)
  return rows[0].id
}
