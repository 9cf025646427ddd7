import { type RawBuilder, sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { findItemsById } from '../../catalog/index.ts'
import { findLotCodes, findWarehouses } from '../../inventory/index.ts'
import { findPartiesById } from '../../parties/index.ts'
import { AllowedAction } from '../allowed-actions.ts'
import { Money } from '../schemas.ts'

const text = Type.String()
const header = {
  id: Uuid,
  number: Type.Integer(),
  kind: text,
  status: text,
  warehouse_id: Uuid,
  warehouse_code: text,
  supplier_id: nullable(Uuid),
  supplier_name: nullable(text),
  reference: text,
  currency: text,
  base_rate_ppm: Type.Integer(),
  expected_at: nullable(text),
  created_at: text,
  line_count: Type.Integer(),
  expected_quantity: Type.Integer(),
  received_quantity: Type.Integer(),
  value: Money,
  version: Type.Integer(),
  allowed_actions: Type.Array(AllowedAction),
}
const ReceiptRow = exactly(header)
const LineView = exactly({
  id: Uuid,
  line_no: Type.Integer(),
  item_id: Uuid,
  sku: text,
  name: text,
  unit: text,
  unit_scale: Type.Integer(),
  lot: nullable(text),
  expected_quantity: nullable(Type.Integer()),
  received_quantity: Type.Integer(),
  reversed_quantity: Type.Integer(),
  over_received: Type.Boolean(),
  unit_cost: Type.Union([exactly({ amount: Type.Integer(), scale: Type.Integer(), currency: text }), Type.Null()]),
  provisional: Type.Boolean(),
  value: Money,
})

interface StoredReceipt {
  id: string
  number: number
  kind: string
  status: string
  warehouse_id: string
  supplier_id: string | null
  reference: string
  currency: string
  base_rate_ppm: number
  expected_at: Date | null
  created_at: Date
  line_count: number
  expected_quantity: number
  received_quantity: number
  value_minor: number
  version: number
}

async function readReceipts({ tx, ctx }: { tx: Tx; ctx: Context }, conditions: readonly RawBuilder<unknown>[], limit: number) {
  const { orgId } = ctx
  const { rows } = await sql<StoredReceipt>`
    select r.id, r.number, r.kind, r.status, r.warehouse_id, r.supplier_id, r.reference, r.currency::text, r.base_rate_ppm, r.expected_at, r.created_at, r.version, c.*
      from warehouse.goods_receipt r
      cross join lateral (
        select count(*)::int as line_count, coalesce(sum(l.expected_quantity), 0)::bigint as expected_quantity, coalesce(sum(l.received_quantity), 0)::bigint as received_quantity, coalesce(sum(l.received_value_minor + l.adjusted_value_minor), 0)::bigint as value_minor
          from warehouse.goods_receipt_line l where l.org_id = r.org_id and l.receipt_id = r.id) c
     where ${sql.join([sql`r.org_id = ${orgId}`, ...conditions], sql` and `)} order by r.number desc limit ${limit}`.execute(tx)
  const warehouses = new Map(
    (await findWarehouses(tx, orgId, { ids: rows.map((row) => row.warehouse_id) })).map((row) => [row.id, row.code]),
  )
  const suppliers = await findPartiesById(
    tx,
    orgId,
    rows.flatMap((row) => row.supplier_id ?? []),
  )
  return rows.map(({ value_minor, ...row }) => ({
    ...row,
    warehouse_code: warehouses.get(row.warehouse_id) ?? '',
    supplier_name: suppliers.get(row.supplier_id ?? '')?.name ?? null,
    expected_at: row.expected_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    value: { amount: value_minor, currency: ctx.org.baseCurrency },
    allowed_actions: ['receive', 'reverse'].map((action) =>
      row.status === 'reversed' ? { action, allowed: false, reason: 'It was taken back.' } : { action, allowed: true },
    ),
  }))
}

/** Goods receipts, the newest first. `value` is what was received, in the base currency. `q` finds number and reference. */
export const listGoodsReceipts = defineQuery({
  name: 'warehouse.list_goods_receipts',
  permission: 'warehouse.read',
  summary: 'List goods receipts',
  input: exactly({
    status: Type.Optional(Type.Enum(['open', 'partly_received', 'received', 'reversed'])),
    warehouse_id: Type.Optional(Uuid),
    supplier_id: Type.Optional(Uuid),
    q: Type.Optional(Type.String({ maxLength: 200 })),
    ...pageInput,
  }),
  output: pageOf(ReceiptRow),

  async run({ tx, ctx }, { status, warehouse_id, supplier_id, q, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions: RawBuilder<unknown>[] = []
    if (status !== undefined) conditions.push(sql`r.status = ${status}`)
    if (warehouse_id !== undefined) conditions.push(sql`r.warehouse_id = ${warehouse_id}::uuid`)
    if (supplier_id !== undefined) conditions.push(sql`r.supplier_id = ${supplier_id}::uuid`)
    const number = /^(?:r-?)?(\d{1,15})$/i.exec(q?.trim() ?? '')?.[1]
    if (q !== undefined && q.trim() !== '')
      conditions.push(
        sql`(r.reference ilike ${containing(q.trim())} or ${number === undefined ? sql`false` : sql`r.number = ${Number(number)}::bigint`})`,
      )
    if (after !== null) conditions.push(sql`r.number < ${after[0]}::bigint`)
    return toPage(await readReceipts({ tx, ctx }, conditions, limit + 1), limit, (row) => [row.number])
  },
})

interface StoredLine {
  id: string
  line_no: number
  item_id: string
  lot_id: string
  expected_quantity: number | null
  received_quantity: number
  reversed_quantity: number
  unit_cost: number | null
  unit_cost_scale: number
  provisional: boolean
  value_minor: number
}

/** One goods receipt with its lines. @throws `warehouse.not_found` */
export const getGoodsReceipt = defineQuery({
  name: 'warehouse.get_goods_receipt',
  permission: 'warehouse.read',
  summary: 'Get a goods receipt',
  input: exactly({ goods_receipt_id: Uuid }),
  output: exactly({ ...header, lines: Type.Array(LineView) }),
  errors: ['warehouse.not_found'],

  async run({ tx, ctx }, { goods_receipt_id }) {
    const [receipt] = await readReceipts({ tx, ctx }, [sql`r.id = ${goods_receipt_id}::uuid`], 1)
    if (receipt === undefined) throw notFound('warehouse.goods_receipt', goods_receipt_id)
    const { rows } = await sql<StoredLine>`
      select id, line_no, item_id, lot_id, expected_quantity, received_quantity, reversed_quantity, unit_cost, unit_cost_scale, provisional, received_value_minor + adjusted_value_minor as value_minor
        from warehouse.goods_receipt_line where org_id = ${ctx.orgId} and receipt_id = ${goods_receipt_id}::uuid order by line_no`.execute(
      tx,
    )
    const items = await findItemsById(
      tx,
      ctx.orgId,
      rows.map((row) => row.item_id),
    )
    const lots = await findLotCodes(
      tx,
      ctx.orgId,
      rows.map((row) => row.lot_id),
    )
    const lines = rows.map(({ lot_id, unit_cost, unit_cost_scale, value_minor, ...line }) => {
      const item = items.get(line.item_id)
      return {
        ...line,
        sku: item?.sku ?? '',
        name: item?.name ?? '',
        unit: item?.unit ?? '',
        unit_scale: item?.unit_scale ?? 0,
        lot: lots.get(lot_id) ?? null,
        over_received: line.received_quantity > (line.expected_quantity ?? line.received_quantity),
        unit_cost: unit_cost === null ? null : { amount: unit_cost, scale: unit_cost_scale, currency: receipt.currency },
        value: { amount: value_minor, currency: ctx.org.baseCurrency },
      }
    })
    return { ...receipt, lines }
  },
})
