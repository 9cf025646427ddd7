import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { DIFFERENCES, type Matched, matchLines, type Outstanding, paysOrders, readOutstanding } from '../remittance-match.ts'
import { readListedLines } from '../remittances.repo.ts'
import { CalendarDay, Money } from '../wire.ts'

/** Missing parcels shown with a list. */
const MAX_MISSING = 200

const headFields = {
  id: Uuid,
  number: Type.Integer(),
  carrier_id: Uuid,
  carrier_name: Type.String(),
  reference: Type.String(),
  statement_on: CalendarDay,
  status: Type.Enum(['open', 'accepted', 'canceled']),
  note: Type.String(),
  /** Sum of the lines, of their fees, and what arrived at the bank (null: not stated). */
  amount: Money,
  fees: Money,
  deposit: Type.Union([Money, Type.Null()]),
  lines_total: Type.Integer(),
  created_at: Instant,
  accepted_at: nullable(Instant),
}
const RemittanceRow = exactly(headFields)

const OutstandingRow = exactly({
  shipment_id: Uuid,
  shipment_number: Type.Integer(),
  tracking_number: nullable(Type.String()),
  carrier_id: nullable(Uuid),
  amount: Money,
  shipped_at: Instant,
  delivered: Type.Boolean(),
})

/** A courier's list with what was found to each line, and what is expected of the courier and not on it. */
export const RemittanceView = exactly({
  ...headFields,
  /** Lines by what was found. */
  counts: Type.Record(Type.String(), Type.Integer()),
  /** What the lines expected to be; what of the list pays orders; deposit less lines after fees. */
  expected: Money,
  pays_orders: Money,
  deposit_difference: Type.Union([Money, Type.Null()]),
  lines: Type.Array(
    exactly({
      id: Uuid,
      line_no: Type.Integer(),
      tracking_number: Type.String(),
      amount: Money,
      fee: Money,
      expected: Money,
      collected_on: nullable(CalendarDay),
      difference: Type.Enum([...DIFFERENCES]),
      shipment_id: nullable(Uuid),
      shipment_number: nullable(Type.Integer()),
      order_ids: Type.Array(Uuid),
      order_numbers: Type.Array(Type.Integer()),
    }),
  ),
  missing: Type.Array(OutstandingRow),
})

interface HeadRow {
  id: string
  number: number
  carrier_id: string
  carrier_name: string
  reference: string
  statement_on: string
  currency: string
  status: 'open' | 'accepted' | 'canceled'
  note: string
  deposit_amount: number | null
  amount: number
  fees: number
  lines_total: number
  created_at: Date
  accepted_at: Date | null
}

const HEAD = sql`
  select r.id, r.number, r.carrier_id, c.name as carrier_name, r.reference, r.statement_on, r.currency::text, r.status, r.note, r.deposit_amount, l.amount, l.fees, l.lines_total, r.created_at, r.accepted_at
    from billing.courier_remittance r join carriers.carrier c on c.org_id = r.org_id and c.id = r.carrier_id
    cross join lateral (select coalesce(sum(x.amount), 0)::bigint as amount, coalesce(sum(x.fee), 0)::bigint as fees, count(*) as lines_total
                          from billing.courier_remittance_line x where x.org_id = r.org_id and x.remittance_id = r.id) l`

function toHead({ currency, amount, fees, deposit_amount, created_at, accepted_at, ...row }: HeadRow): Static<typeof RemittanceRow> {
  return {
    ...row,
    amount: { amount, currency },
    fees: { amount: fees, currency },
    deposit: deposit_amount === null ? null : { amount: deposit_amount, currency },
    created_at: created_at.toISOString(),
    accepted_at: accepted_at === null ? null : accepted_at.toISOString(),
  }
}

/** Couriers' lists, the newest first. */
export const listRemittances = defineQuery({
  name: 'billing.list_remittances',
  permission: 'billing.read',
  summary: 'List couriers’ lists of cash they collected',
  input: exactly({ status: Type.Optional(Type.Enum(['open', 'accepted', 'canceled'])), carrier_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(RemittanceRow),
  async run({ tx, ctx }, { status, carrier_id, limit = DEFAULT_LIMIT, cursor }) {
    const before = decodeCursor(cursor, ['number'])
    const conditions = [sql`r.org_id = ${ctx.orgId}`]
    if (status !== undefined) conditions.push(sql`r.status = ${status}`)
    if (carrier_id !== undefined) conditions.push(sql`r.carrier_id = ${carrier_id}::uuid`)
    if (before !== null) conditions.push(sql`r.number < ${before[0]}`)
    const { rows } =
      await sql<HeadRow>`${HEAD} where ${sql.join(conditions, sql` and `)} order by r.number desc limit ${limit + 1}`.execute(tx)
    return toPage(rows.map(toHead), limit, (row) => [row.number])
  },
})

/**
 * One list. While it is open its lines are compared with the parcels as they are now.
 * @throws `billing.not_found`
 */
export const getRemittance = defineQuery({
  name: 'billing.get_remittance',
  permission: 'billing.read',
  summary: 'Get a courier’s list with its differences',
  input: exactly({ remittance_id: Uuid }),
  output: RemittanceView,
  errors: ['billing.not_found'],
  async run({ tx, ctx }, { remittance_id }) {
    const { rows } = await sql<HeadRow>`${HEAD} where r.org_id = ${ctx.orgId} and r.id = ${remittance_id}::uuid`.execute(tx)
    const [head] = rows
    if (head === undefined) throw notFound('billing.remittance', remittance_id)
    const money = (amount: number) => ({ amount, currency: head.currency })
    const list = { carrierId: head.carrier_id, currency: head.currency }
    const lines =
      head.status === 'open'
        ? await matchLines(tx, ctx.orgId, list, await readListedLines(tx, ctx.orgId, remittance_id))
        : await readMatched(tx, ctx.orgId, remittance_id)
    const shipments = await readShipments(
      tx,
      ctx.orgId,
      lines.flatMap((line) => line.shipmentId ?? []),
    )
    const missing =
      head.status === 'open'
        ? await readOutstanding(tx, ctx.orgId, {
            ...list,
            until: new Date(`${head.statement_on}T00:00:00Z`),
            limit: MAX_MISSING + lines.length,
          })
        : []
    const onList = new Set(lines.map((line) => line.shipmentId))
    const net = head.amount - head.fees
    return {
      ...toHead(head),
      counts: Object.fromEntries(
        [...Map.groupBy(lines, (line) => line.difference)].map(([difference, group]) => [difference, group.length]),
      ),
      expected: money(lines.reduce((sum, line) => sum + line.expected, 0)),
      pays_orders: money(lines.filter(paysOrders).reduce((sum, line) => sum + line.amount, 0)),
      deposit_difference: head.deposit_amount === null ? null : money(head.deposit_amount - net),
      lines: lines.map((line) => showLine(line, shipments.get(line.shipmentId ?? ''), money)),
      missing: missing
        .filter((parcel) => !onList.has(parcel.shipmentId))
        .slice(0, MAX_MISSING)
        .map(showOutstanding),
    }
  },
})

interface ShipmentOrders {
  id: string
  number: number
  order_ids: string[]
  order_numbers: number[]
}

function showLine(line: Matched, shipment: ShipmentOrders | undefined, money: (amount: number) => Static<typeof Money>) {
  return {
    id: line.id,
    line_no: line.lineNo,
    tracking_number: line.trackingNumber,
    amount: money(line.amount),
    fee: money(line.fee),
    expected: money(line.expected),
    collected_on: line.collectedOn,
    difference: line.difference,
    shipment_id: line.shipmentId,
    shipment_number: shipment?.number ?? null,
    order_ids: shipment?.order_ids ?? [],
    order_numbers: shipment?.order_numbers ?? [],
  }
}

function showOutstanding(parcel: Outstanding): Static<typeof OutstandingRow> {
  return {
    shipment_id: parcel.shipmentId,
    shipment_number: parcel.shipmentNumber,
    tracking_number: parcel.trackingNumber,
    carrier_id: parcel.carrierId,
    amount: { amount: parcel.amount, currency: parcel.currency },
    shipped_at: parcel.shippedAt.toISOString(),
    delivered: parcel.delivered,
  }
}

async function readMatched(tx: Parameters<typeof matchLines>[0], orgId: number, remittanceId: string): Promise<Matched[]> {
  const { rows } = await sql<Matched>`
    select id, line_no as "lineNo", tracking_number as "trackingNumber", amount, fee, collected_on as "collectedOn", parcel_id as "parcelId", shipment_id as "shipmentId", expected, difference
      from billing.courier_remittance_line where org_id = ${orgId} and remittance_id = ${remittanceId}::uuid order by line_no`.execute(tx)
  return rows
}

async function readShipments(
  tx: Parameters<typeof matchLines>[0],
  orgId: number,
  ids: readonly string[],
): Promise<Map<string, ShipmentOrders>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<ShipmentOrders>`
    select s.id, s.number, o.ids as order_ids, o.numbers as order_numbers from warehouse.shipment s
      cross join lateral (select array_agg(d.id order by d.number) as ids, array_agg(d.number order by d.number) as numbers
                            from (select distinct r.id, r.number from warehouse.shipment_line l join orders.sales_order r on r.org_id = l.org_id and r.id = l.source_id where l.org_id = s.org_id and l.shipment_id = s.id) d) o
     where s.org_id = ${orgId} and s.id = any(${ids}::uuid[])`.execute(tx)
  return new Map(
    rows.map((row) => [row.id, { ...row, order_ids: row.order_ids ?? [], order_numbers: (row.order_numbers ?? []).map(Number) }]),
  )
}

/** Parcels with cash that no accepted list has paid: what couriers owe, the oldest first. */
export const listCourierCash = defineQuery({
  name: 'billing.list_courier_cash',
  permission: 'billing.read',
  summary: 'List parcels whose cash a courier has not paid out',
  input: exactly({ carrier_id: Type.Optional(Uuid), limit: pageInput.limit }),
  output: pageOf(OutstandingRow),
  async run({ tx, ctx }, { carrier_id, limit = DEFAULT_LIMIT }) {
    const rows = await readOutstanding(tx, ctx.orgId, { carrierId: carrier_id, limit })
    return { data: rows.map(showOutstanding), next_cursor: null }
  },
})
