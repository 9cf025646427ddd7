import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { barcodeForms } from '../../catalog/index.ts'

const count = Type.Integer()

const StockRow = exactly({
  item_id: Uuid,
  sku: Type.String(),
  name: Type.String(),
  unit: Type.String(),
  unit_scale: count,
  warehouse_id: Uuid,
  warehouse_code: Type.String(),
  on_hand: count,
  reserved: count,
  held: count,
  available: count,
  incoming: count,
  backordered: count,
  threshold: Type.Union([count, Type.Null()]),
})
type StockRow = Static<typeof StockRow>

/** `stock`: one row an item and warehouse, our own goods only. A backorder counts at the first warehouse that may serve it. */
function stockRows(orgId: number, conditions: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select k.item_id, i.sku, i.name, i.unit, i.unit_scale, k.warehouse_id, w.code as warehouse_code,
           coalesce(p.on_hand, 0) as on_hand, coalesce(p.reserved, 0) as reserved, coalesce(p.held, 0) as held,
           coalesce(p.on_hand - p.reserved - p.held, 0) as available, coalesce(p.incoming, 0) as incoming,
           coalesce(b.quantity, 0) as backordered, t.threshold
      from (select item_id, warehouse_id from inventory.stock_position where org_id = ${orgId} and owner_id = ${ZERO_ID}
            union select item_id, warehouse_id from inventory.low_stock_threshold where org_id = ${orgId}
            union select item_id, warehouse_ids[1] from inventory.backorder where org_id = ${orgId} and cardinality(warehouse_ids) > 0) k
      join catalog.item i on i.org_id = ${orgId} and i.id = k.item_id
      join inventory.warehouse w on w.org_id = ${orgId} and w.id = k.warehouse_id
      left join inventory.stock_position p on p.org_id = ${orgId} and p.item_id = k.item_id and p.warehouse_id = k.warehouse_id and p.owner_id = ${ZERO_ID}
      left join inventory.low_stock_threshold t on t.org_id = ${orgId} and t.item_id = k.item_id and t.warehouse_id = k.warehouse_id
      left join (select item_id, warehouse_ids[1] as warehouse_id, sum(quantity)::bigint as quantity from inventory.backorder where org_id = ${orgId} group by 1, 2) b
        on b.item_id = k.item_id and b.warehouse_id = k.warehouse_id
     where ${conditions}`
}

const IS_LOW = sql`t.threshold > 0 and coalesce(p.on_hand - p.reserved - p.held, 0) < t.threshold`

const filters = {
  item_id: Type.Optional(Uuid),
  sku: Type.Optional(Type.String({ maxLength: 64 })),
  warehouse_id: Type.Optional(Uuid),
  q: Type.Optional(Type.String({ maxLength: 200 })),
  low: Type.Optional(Type.Boolean()),
}
const Filters = exactly(filters)

function conditionsOf(orgId: number, { item_id, sku, warehouse_id, q, low }: Static<typeof Filters>): RawBuilder<unknown>[] {
  const conditions = [sql`true`]
  if (item_id !== undefined) conditions.push(sql`k.item_id = ${item_id}`)
  if (sku !== undefined) conditions.push(sql`i.sku = ${sku}`)
  if (warehouse_id !== undefined) conditions.push(sql`k.warehouse_id = ${warehouse_id}`)
  if (q !== undefined && q.trim() !== '')
    conditions.push(sql`(i.sku ilike ${containing(q.trim())} or i.name ilike ${containing(q.trim())} or i.id in (
      select b.item_id from catalog.barcode b where b.org_id = ${orgId} and b.code = any(${barcodeForms(q.trim())}::text[])))`)
  if (low === true) conditions.push(IS_LOW)
  return conditions
}

/** Stock by item and warehouse, by SKU. `q` looks into SKU and name, and finds a barcode given whole; `low` keeps what is below its threshold. */
export const listStock = defineQuery({
  name: 'inventory.list_stock',
  permission: 'inventory.read',
  summary: 'List stock by item and warehouse',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(StockRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions = conditionsOf(ctx.orgId, filter)
    if (after !== null) conditions.push(sql`(i.sku, k.warehouse_id) > (${after[0]}, ${after[1]}::uuid)`)
    const { rows } =
      await sql<StockRow>`${stockRows(ctx.orgId, sql.join(conditions, sql` and `))} order by i.sku, k.warehouse_id limit ${limit + 1}`.execute(
        tx,
      )
    return toPage(rows, limit, (row) => [row.sku, row.warehouse_id])
  },
})

/** How many rows of stock a filter finds. */
export const totalStock = defineQuery({
  name: 'inventory.total_stock',
  permission: 'inventory.read',
  summary: 'Count the rows of stock that a filter finds',
  input: Filters,
  output: ListTotal,
  run: ({ tx, ctx }, input) =>
    totalOf(
      tx,
      sql`select null::bigint as amount, null::text as currency from (${stockRows(ctx.orgId, sql.join(conditionsOf(ctx.orgId, input), sql` and `))}) s`,
    ),
})

const LowRow = exactly({
  item_id: Uuid,
  sku: Type.String(),
  name: Type.String(),
  warehouse_id: Uuid,
  warehouse_code: Type.String(),
  available: count,
  incoming: count,
  threshold: count,
})

/** What is below its threshold: the alert list. */
export const listLowStock = defineQuery({
  name: 'inventory.list_low_stock',
  permission: 'inventory.read',
  summary: 'List items below their low-stock threshold',
  input: exactly({ warehouse_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(LowRow),

  async run({ tx, ctx }, { warehouse_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const { rows } = await sql<Static<typeof LowRow>>`
      select t.item_id, i.sku, i.name, t.warehouse_id, w.code as warehouse_code,
             coalesce(p.on_hand - p.reserved - p.held, 0) as available, coalesce(p.incoming, 0) as incoming, t.threshold
        from inventory.low_stock_threshold t
        join catalog.item i on i.org_id = t.org_id and i.id = t.item_id
        join inventory.warehouse w on w.org_id = t.org_id and w.id = t.warehouse_id
        left join inventory.stock_position p on p.org_id = t.org_id and p.item_id = t.item_id and p.warehouse_id = t.warehouse_id and p.owner_id = ${ZERO_ID}
       where t.org_id = ${ctx.orgId} and ${IS_LOW}
         ${warehouse_id === undefined ? sql`` : sql`and t.warehouse_id = ${warehouse_id}`}
         ${after === null ? sql`` : sql`and (i.sku, t.warehouse_id) > (${after[0]}, ${after[1]}::uuid)`}
       order by i.sku, t.warehouse_id limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.sku, row.warehouse_id])
  },
})
