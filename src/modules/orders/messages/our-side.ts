import { sql } from 'kysely'
import { type TopLine, readTopLines } from '../change-lines.ts'
import { type OrderLine, type OrderRun, readOrderLines } from '../order.repo.ts'
import type { LineFacts, OurSide } from './merge-view.ts'
import { type Fields, numbered, priceFraction, unitPriceFraction } from './view-fields.ts'

interface HeadRow {
  number: number
  currency: string
  state: string
  wasChanged: boolean
  booksElsewhere: boolean
  shipTo: unknown
  billTo: unknown
  name: string | null
  email: string | null
  phone: string | null
  note: string
  promisedAt: Date | null
}

/** Our side of a merge with the ids that changes name. */
export interface OurOrder extends OurSide {
  number: number
  currency: string
  /** Ids of top lines by the channel's line id. */
  lineIds: ReadonlyMap<string, string>
  /** Ids of charges and discounts by path. */
  partIds: ReadonlyMap<string, string>
}

/** Reads an order as a merge compares it. For a merge that writes, the caller holds the order's shipments: goods of it stand still. */
export async function readOurSide(run: Pick<OrderRun, 'tx' | 'ctx'>, orderId: string, asMerged: Fields | null): Promise<OurOrder> {
  const head = await readHead(run, orderId)
  const tops = await readTopLines(run, orderId)
  const lines = await readOrderLines(run, [orderId])
  const externals = await readExternalIds(run, orderId)
  const fields: Fields = {
    status: head.state === 'canceled' ? 'canceled' : 'open',
    ship_to: head.shipTo,
    bill_to: head.billTo,
    customer_name: head.name,
    customer_email: head.email,
    customer_phone: head.phone,
    note: head.note,
    promised_at: head.promisedAt?.toISOString() ?? null,
  }
  const also: Fields = {}
  const facts = new Map<string, LineFacts>()
  const lineIds = new Map<string, string>()
  for (const top of tops) {
    const external = externals.get(top.id)
    if (external === undefined) continue
    const own = lines.filter((line) => line.id === top.id || line.parentLineId === top.id)
    lineIds.set(external, top.id)
    facts.set(external, factsOf(own))
    Object.assign(fields, lineFields(external, top, own))
    if (top.unitPrice !== null) also[`lines/${external}/price`] = unitPriceFraction(top.unitPrice, top.unitPriceScale, head.currency)
  }
  const parts = await readParts(run, orderId)
  Object.assign(fields, parts.fields)
  const known = new Set(lineIds.values())
  const hasOwnLines = lines.some((line) => !known.has(line.parentLineId ?? line.id) && line.pending + line.reserved + line.backordered > 0)
  const { number, currency, state, wasChanged, booksElsewhere } = head
  return {
    number,
    currency,
    state,
    wasChanged,
    booksElsewhere,
    fields,
    also,
    asMerged,
    lines: facts,
    hasOwnLines,
    lineIds,
    partIds: parts.ids,
  }
}

async function readHead(run: Pick<OrderRun, 'tx' | 'ctx'>, orderId: string): Promise<HeadRow> {
  const { rows } = await sql<HeadRow>`
    select o.number, o.currency, o.state, o.ship_to as "shipTo", o.bill_to as "billTo", o.customer_name as name, o.customer_email as email, o.customer_phone as phone, o.note, o.promised_at as "promisedAt",
           o.changed_at is not null or exists (select 1 from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.canceled > 0) as "wasChanged",
           c.fulfilled_by = 'channel' as "booksElsewhere"
      from orders.sales_order o join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id where o.org_id = ${run.ctx.orgId} and o.id = ${orderId}::uuid`.execute(
    run.tx,
  )
  const [head] = rows
  if (head === undefined) throw new Error(`order ${orderId} of a channel is not there`)
  return head
}

/** The channel's line ids by line; of a line that was replaced by another item, the newest has it. */
async function readExternalIds({ tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>, orderId: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; external: string }>`
    select distinct on (external_line_id) id, external_line_id as external from orders.order_line
     where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and parent_line_id is null and external_line_id is not null order by external_line_id, line_no desc`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.id, row.external]))
}

function factsOf(own: readonly OrderLine[]): LineFacts {
  const units = (of: (line: OrderLine) => number) => Math.max(0, ...own.map((line) => Math.ceil(of(line) / (line.kitQuantity ?? 1))))
  const sent = (line: OrderLine) => line.shipped + line.suppliedElsewhere
  const shipped = units(sent)
  return { shipped, picked: units((line) => sent(line) + line.picked) - shipped }
}

function lineFields(external: string, top: TopLine, own: readonly OrderLine[]): Fields {
  const at = `lines/${external}`
  return {
    [`${at}/quantity`]: Math.max(...own.map((line) => Math.ceil((line.ordered - line.canceled) / (line.kitQuantity ?? 1)))),
    [`${at}/sku`]: top.sku,
    [`${at}/item`]: top.itemId,
    [`${at}/discount`]: top.ownDiscount,
    [`${at}/tax_rate`]: top.taxRatePpm,
    [`${at}/price`]: priceFraction(top.amount, top.ordered),
  }
}

async function readParts(
  { tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>,
  orderId: string,
): Promise<{ fields: Fields; ids: Map<string, string> }> {
  const { rows } = await sql<{ kind: 'charges' | 'discounts'; id: string; key: string; amount: number }>`
    select 'charges' as kind, id, kind as key, amount, line_no as place from orders.order_charge where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and canceled_at is null
    union all
    select 'discounts', id, coalesce(nullif(code, ''), '-'), amount, row_number() over (order by id) from orders.order_discount where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and line_id is null
    order by 1, 5`.execute(tx)
  const fields: Fields = {}
  const ids = new Map<string, string>()
  for (const kind of ['charges', 'discounts'] as const) {
    const own = rows.filter((row) => row.kind === kind)
    const named = numbered(kind, own)
    Object.assign(fields, named)
    for (const [index, path] of Object.keys(named).entries()) ids.set(path, own[index]?.id ?? '')
  }
  return { fields, ids }
}

/** Lines of an order that came another way get the channel's line ids: by item, in order. The caller holds the order's external id. */
export async function adoptLines(
  { tx, ctx }: Pick<OrderRun, 'tx' | 'ctx'>,
  orderId: string,
  lines: readonly { external_line_id: string; sku?: string; item_id?: string }[],
): Promise<void> {
  const { rows } = await sql<{ id: string; external: string | null; sku: string; itemId: string }>`
    select id, external_line_id as external, sku, item_id as "itemId" from orders.order_line where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and parent_line_id is null order by line_no`.execute(
    tx,
  )
  const known = new Set(rows.map((row) => row.external))
  const free = rows.filter((row) => row.external === null)
  for (const line of lines.filter((one) => !known.has(one.external_line_id))) {
    const place = free.findIndex((row) => row.sku === line.sku || row.itemId === line.item_id)
    const [row] = place < 0 ? [] : free.splice(place, 1)
    if (row === undefined) continue
    // oxlint-disable-next-line no-await-in-loop -- once in an order's life, and only where it came without line ids
    await sql`update orders.order_line set external_line_id = ${line.external_line_id} where org_id = ${ctx.orgId} and id = ${row.id}::uuid`.execute(
      tx,
    )
  }
}
