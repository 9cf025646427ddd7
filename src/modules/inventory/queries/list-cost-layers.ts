import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'

const Money = exactly({ amount: Type.Integer(), currency: Type.String() })

const CostLayerRow = exactly({
  id: Uuid,
  seq: Type.Integer(),
  item_id: Uuid,
  sku: Type.String(),
  warehouse_id: Uuid,
  lot_id: Uuid,
  received_at: Instant,
  quantity: Type.Integer(),
  value: Money,
  remaining_quantity: Type.Integer(),
  remaining_value: Money,
  provisional: Type.Boolean(),
  assumed: Type.Boolean(),
  origin_layer_id: Type.Union([Uuid, Type.Null()]),
})

type Stored = Omit<Static<typeof CostLayerRow>, 'received_at' | 'value' | 'remaining_value'> & {
  received_at: Date
  value_minor: number
  remaining_value_minor: number
}

/** Cost layers, newest first; `open` keeps those with goods left. Values in the base currency. */
export const listCostLayers = defineQuery({
  name: 'inventory.list_cost_layers',
  permission: 'inventory.read',
  summary: 'List cost layers',
  input: exactly({ item_id: Type.Optional(Uuid), warehouse_id: Type.Optional(Uuid), open: Type.Optional(Type.Boolean()), ...pageInput }),
  output: pageOf(CostLayerRow),

  async run({ tx, ctx }, { item_id, warehouse_id, open, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions = [sql`l.org_id = ${ctx.orgId}`]
    if (item_id !== undefined) conditions.push(sql`l.item_id = ${item_id}`)
    if (warehouse_id !== undefined) conditions.push(sql`l.warehouse_id = ${warehouse_id}`)
    if (open === true) conditions.push(sql`l.remaining_quantity > 0`)
    if (after !== null) conditions.push(sql`l.seq < ${after[0]}`)
    const { rows } = await sql<Stored>`
      select l.id, l.seq, l.item_id, i.sku, l.warehouse_id, l.lot_id, l.received_at, l.quantity, l.value_minor, l.remaining_quantity, l.remaining_value_minor, l.provisional, l.assumed, l.origin_layer_id
        from inventory.cost_layer l join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
       where ${sql.join(conditions, sql` and `)} order by l.seq desc limit ${limit + 1}`.execute(tx)
    const page = toPage(rows, limit, (row) => [row.seq])
    const money = (amount: number) => ({ amount, currency: ctx.org.baseCurrency })
    return {
      ...page,
      data: page.data.map(({ value_minor, remaining_value_minor, received_at, ...row }) => ({
        ...row,
        received_at: received_at.toISOString(),
        value: money(value_minor),
        remaining_value: money(remaining_value_minor),
      })),
    }
  },
})
