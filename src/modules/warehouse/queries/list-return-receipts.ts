import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { findItemsById } from '../../catalog/index.ts'
import { findLocations, findLotCodes, findWarehouses } from '../../inventory/index.ts'

const text = Type.String()
const count = Type.Integer()

/** Where the goods of a line are on their way; all 0 but `done` once everything is decided. */
const Stages = exactly({ waiting: count, repair: count, refurbish: count, supplier: count, reject: count, done: count })

/** A return receipt. Its money is the orders' and billing's: `stated_amount` is only what was typed for goods of no known sale. */
export const ReturnReceiptView = exactly({
  id: Uuid,
  number: Type.Integer(),
  kind: text,
  warehouse_id: Uuid,
  warehouse_code: text,
  order_id: nullable(Uuid),
  party_id: nullable(Uuid),
  reason: text,
  note: text,
  currency: text,
  happened_at: text,
  recorded_at: text,
  lines: Type.Array(
    exactly({
      id: Uuid,
      line_no: Type.Integer(),
      shipment_line_id: nullable(Uuid),
      order_line_id: nullable(Uuid),
      item_id: Uuid,
      sku: text,
      name: text,
      lot: nullable(text),
      location_id: Uuid,
      location_code: text,
      quantity: Type.Integer(),
      disposition: text,
      cost_assumed: Type.Boolean(),
      stated_amount: nullable(Type.Integer()),
      stated_tax: nullable(Type.Integer()),
      stages: Stages,
    }),
  ),
  inspections: Type.Array(
    exactly({
      id: Uuid,
      number: count,
      happened_at: text,
      recorded_by: nullable(Uuid),
      receipt_line_id: Uuid,
      stage: text,
      disposition: text,
      quantity: count,
      from_location_code: text,
      to_location_code: text,
      note: text,
    }),
  ),
})
export type ReturnReceiptView = Static<typeof ReturnReceiptView>

interface StoredReturn {
  id: string
  number: number
  kind: string
  warehouse_id: string
  order_id: string | null
  party_id: string | null
  reason: string
  note: string
  currency: string
  happened_at: Date
  recorded_at: Date
}

interface StoredLine {
  receipt_id: string
  id: string
  line_no: number
  shipment_line_id: string | null
  order_line_id: string | null
  item_id: string
  lot_id: string
  location_id: string
  quantity: number
  disposition: string
  cost_assumed: boolean
  stated_amount: number | null
  stated_tax: number | null
  stages: Static<typeof Stages>
}

/** Return receipts as the API shows them, the newest first. */
async function showReturns(tx: Tx, orgId: number, conditions: readonly RawBuilder<unknown>[], limit: number): Promise<ReturnReceiptView[]> {
  const { rows } = await sql<StoredReturn>`
    select id, number, kind, warehouse_id, source_id as order_id, party_id, reason, note, currency::text, happened_at, recorded_at from warehouse.return_receipt r
     where ${sql.join([sql`r.org_id = ${orgId}`, ...conditions], sql` and `)} order by number desc limit ${limit}`.execute(tx)
  const { rows: lines } = await sql<StoredLine>`
    select receipt_id, id, line_no, shipment_line_id, source_line_id as order_line_id, item_id, lot_id, location_id, quantity, disposition, cost_assumed, stated_amount, stated_tax,
           (select json_build_object('waiting', coalesce(max(s.waiting), 0), 'repair', coalesce(max(s.repair), 0), 'refurbish', coalesce(max(s.refurbish), 0), 'supplier', coalesce(max(s.supplier), 0), 'reject', coalesce(max(s.reject), 0), 'done', coalesce(max(s.done), l.quantity))
              from warehouse.return_line_state s where s.org_id = l.org_id and s.receipt_line_id = l.id) as stages
      from warehouse.return_receipt_line l where org_id = ${orgId} and receipt_id = any(${rows.map((row) => row.id)}::uuid[]) order by line_no`.execute(
    tx,
  )
  const warehouses = new Map(
    (await findWarehouses(tx, orgId, { ids: rows.map((row) => row.warehouse_id) })).map((row) => [row.id, row.code]),
  )
  const items = await findItemsById(
    tx,
    orgId,
    lines.map((line) => line.item_id),
  )
  const locations = new Map(
    (await findLocations(tx, orgId, { ids: lines.map((line) => line.location_id) })).map((row) => [row.id, row.code]),
  )
  const lots = await findLotCodes(
    tx,
    orgId,
    lines.map((line) => line.lot_id),
  )
  const inspections = await readInspections(
    tx,
    orgId,
    rows.map((row) => row.id),
  )
  const linesOf = Map.groupBy(lines, (line) => line.receipt_id)
  return rows.map((row) => ({
    ...row,
    inspections: inspections.get(row.id) ?? [],
    warehouse_code: warehouses.get(row.warehouse_id) ?? '',
    happened_at: row.happened_at.toISOString(),
    recorded_at: row.recorded_at.toISOString(),
    lines: (linesOf.get(row.id) ?? []).map(({ receipt_id: _receiptId, lot_id, ...line }) => ({
      ...line,
      sku: items.get(line.item_id)?.sku ?? '',
      name: items.get(line.item_id)?.name ?? '',
      lot: lots.get(lot_id) ?? null,
      location_code: locations.get(line.location_id) ?? '',
    })),
  }))
}

/** Decisions over the goods of receipts, in the order they were made. */
async function readInspections(
  tx: Tx,
  orgId: number,
  receiptIds: readonly string[],
): Promise<Map<string, ReturnReceiptView['inspections']>> {
  const { rows } = await sql<ReturnReceiptView['inspections'][number] & { receipt_id: string }>`
    select i.receipt_id, i.id, i.number, to_char(i.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as happened_at, i.recorded_by, l.receipt_line_id, l.stage, l.disposition, l.quantity,
           f.code as from_location_code, t.code as to_location_code, l.note
      from warehouse.inspection i join warehouse.inspection_line l on l.org_id = i.org_id and l.inspection_id = i.id
      join inventory.location f on f.org_id = l.org_id and f.id = l.from_location_id join inventory.location t on t.org_id = l.org_id and t.id = l.to_location_id
     where i.org_id = ${orgId} and i.receipt_id = any(${receiptIds}::uuid[]) order by i.number, l.line_no`.execute(tx)
  const views = rows.map(({ receipt_id, ...view }) => ({ receipt_id, view }))
  return new Map([...Map.groupBy(views, (row) => row.receipt_id)].map(([id, group]) => [id, group.map((row) => row.view)]))
}

/** Return receipts, the newest first; `to_inspect`: those with goods that wait for a decision or are kept for one; `cost_assumed`: those with goods whose cost had to be assumed. */
export const listReturnReceipts = defineQuery({
  name: 'warehouse.list_return_receipts',
  permission: 'warehouse.read',
  summary: 'List return receipts',
  input: exactly({
    order_id: Type.Optional(Uuid),
    warehouse_id: Type.Optional(Uuid),
    to_inspect: Type.Optional(Type.Boolean()),
    cost_assumed: Type.Optional(Type.Boolean()),
    ...pageInput,
  }),
  output: pageOf(ReturnReceiptView),

  async run({ tx, ctx }, { order_id, warehouse_id, to_inspect, cost_assumed, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions: RawBuilder<unknown>[] = []
    if (order_id !== undefined) conditions.push(sql`r.source_id = ${order_id}::uuid`)
    if (warehouse_id !== undefined) conditions.push(sql`r.warehouse_id = ${warehouse_id}::uuid`)
    if (to_inspect === true)
      conditions.push(
        sql`exists (select 1 from warehouse.return_line_state s where s.org_id = r.org_id and s.receipt_id = r.id and s.waiting + s.repair + s.refurbish + s.supplier + s.reject > 0)`,
      )
    if (cost_assumed === true)
      conditions.push(
        sql`exists (select 1 from warehouse.return_receipt_line l where l.org_id = r.org_id and l.receipt_id = r.id and l.cost_assumed)`,
      )
    if (after !== null) conditions.push(sql`r.number < ${after[0]}::bigint`)
    return toPage(await showReturns(tx, ctx.orgId, conditions, limit + 1), limit, (row) => [row.number])
  },
})

/** One return receipt. @throws `warehouse.not_found` */
export const getReturnReceipt = defineQuery({
  name: 'warehouse.get_return_receipt',
  permission: 'warehouse.read',
  summary: 'Get a return receipt',
  input: exactly({ return_receipt_id: Uuid }),
  output: ReturnReceiptView,
  errors: ['warehouse.not_found'],

  async run({ tx, ctx }, { return_receipt_id }) {
    const [receipt] = await showReturns(tx, ctx.orgId, [sql`r.id = ${return_receipt_id}::uuid`], 1)
    if (receipt === undefined) throw notFound('warehouse.return_receipt', return_receipt_id)
    return receipt
  },
})
