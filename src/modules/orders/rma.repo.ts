import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import type { ReturnedLine } from '../warehouse/index.ts'
import type { OrderRun } from './order.repo.ts'
import { receivedState, type RmaState } from './rma.ts'

/** An authorization as commands need it. */
export interface Rma {
  id: string
  number: number
  orderId: string
  partyId: string | null
  warehouseId: string
  state: RmaState
  version: number
}

export interface RmaLine {
  id: string
  rmaId: string
  orderLineId: string
  itemId: string
  quantity: number
  received: number
  replaced: number
  reason: string
  outcome: string
}

/** Locks authorizations in key order; after their orders. Missing ones are left out. */
export async function lockRmas(run: Pick<OrderRun, 'tx' | 'ctx'>, ids: readonly string[]): Promise<Map<string, Rma>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<Rma>`
    select id, number, order_id as "orderId", party_id as "partyId", warehouse_id as "warehouseId", state, version
      from orders.rma where org_id = ${run.ctx.orgId} and id = any(${[...new Set(ids)]}::uuid[]) order by id for update`.execute(run.tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** An authorization, not locked: goods and positions are locked before orders and authorizations. */
export async function findRma(run: Pick<OrderRun, 'tx' | 'ctx'>, id: string): Promise<Rma | null> {
  const { rows } = await sql<Rma>`
    select id, number, order_id as "orderId", party_id as "partyId", warehouse_id as "warehouseId", state, version
      from orders.rma where org_id = ${run.ctx.orgId} and id = ${id}::uuid`.execute(run.tx)
  return rows[0] ?? null
}

/** Lines of authorizations. */
export async function readRmaLines(run: Pick<OrderRun, 'tx' | 'ctx'>, rmaIds: readonly string[]): Promise<RmaLine[]> {
  const { rows } = await sql<RmaLine>`
    select id, rma_id as "rmaId", order_line_id as "orderLineId", item_id as "itemId", quantity, received_quantity as received, replaced_quantity as replaced, reason, outcome
      from orders.rma_line where org_id = ${run.ctx.orgId} and rma_id = any(${[...new Set(rmaIds)]}::uuid[]) order by rma_id, line_no`.execute(
    run.tx,
  )
  return rows
}

/** A received line with the authorization line it answers; null: it was not announced there. */
interface Answer {
  part: ReturnedLine
  rmaId: string
  line: RmaLine | null
}

/**
 * Authorizations learn what came: named ones, and open ones of the same order line where the parcel named none. More than announced
 * and other items than announced are facts, kept with their kind. Raises `orders.rma_received` for each.
 */
export async function answerAuthorizations(run: OrderRun, returned: readonly ReturnedLine[]): Promise<void> {
  const rmas = await lockRmas(run, await concerned(run, returned))
  if (rmas.size === 0) return
  const lines = await readRmaLines(run, [...rmas.keys()])
  const received = new Map(lines.map((line) => [line.id, line.received]))
  const answers = returned.flatMap((part): Answer[] => {
    const line = lineFor(part, lines, received)
    const rmaId = part.rmaId ?? line?.rmaId
    return rmaId === undefined || rmaId === null || !rmas.has(rmaId) ? [] : [{ part, rmaId, line }]
  })
  const rows = answers.map(({ part, rmaId, line }) => {
    const before = line === null ? 0 : (received.get(line.id) ?? 0)
    if (line !== null) received.set(line.id, before + part.quantity)
    const kind = line === null ? 'unexpected' : before + part.quantity > line.quantity ? 'over' : 'expected'
    return {
      receiptLineId: part.receiptLineId,
      receiptId: part.receiptId,
      rmaId,
      rmaLineId: line?.id ?? null,
      quantity: part.quantity,
      kind,
    }
  })
  await writeAnswers(run, rows)
  for (const [rmaId, parts] of Map.groupBy(rows, (row) => row.rmaId)) {
    const rma = rmas.get(rmaId)
    if (rma === undefined) continue
    const state = receivedState(
      rma.state,
      lines.filter((line) => line.rmaId === rmaId).map((line) => ({ ...line, received: received.get(line.id) ?? 0 })),
    )
    // oxlint-disable-next-line no-await-in-loop -- a receipt answers one authorization, seldom more
    await sql`update orders.rma set state = ${state}, received_at = case when ${state} = 'received' then coalesce(received_at, ${run.now}) else received_at end, version = version + 1
               where org_id = ${run.ctx.orgId} and id = ${rmaId}::uuid`.execute(run.tx)
    run.emit({
      type: 'orders.rma_received',
      documentType: 'rma',
      documentId: rmaId,
      payload: {
        number: rma.number,
        state,
        return_receipt_ids: [...new Set(parts.map((part) => part.receiptId))],
        lines: parts.map((part) => ({ rma_line_id: part.rmaLineId, quantity: part.quantity, kind: part.kind })),
      },
    })
  }
}

/** Authorizations that the parts name, and open ones of order lines whose parts name none. */
async function concerned(run: OrderRun, returned: readonly ReturnedLine[]): Promise<string[]> {
  const named = returned.flatMap((part) => part.rmaId ?? [])
  const lines = returned.flatMap((part) => (part.rmaId === null && part.orderLineId !== null ? [part.orderLineId] : []))
  if (lines.length === 0) return named
  const { rows } = await sql<{ id: string }>`
    select distinct r.id from orders.rma_line l join orders.rma r on r.org_id = l.org_id and r.id = l.rma_id and r.state in ('requested', 'approved', 'partly_received')
     where l.org_id = ${run.ctx.orgId} and l.order_line_id = any(${[...new Set(lines)]}::uuid[]) and l.received_quantity < l.quantity`.execute(
    run.tx,
  )
  return [...named, ...rows.map((row) => row.id)]
}

/** The line a part answers: the named one, else one of the same order line or item that still expects something, else one that has all. */
function lineFor(part: ReturnedLine, lines: readonly RmaLine[], received: ReadonlyMap<string, number>): RmaLine | null {
  if (part.rmaLineId !== null) return lines.find((line) => line.id === part.rmaLineId) ?? null
  const own = lines.filter((line) => (part.rmaId === null ? true : line.rmaId === part.rmaId))
  const matching = own.filter((line) => (part.orderLineId === null ? line.itemId === part.itemId : line.orderLineId === part.orderLineId))
  const open = matching.find((line) => (received.get(line.id) ?? 0) < line.quantity)
  return open ?? (part.rmaId === null ? null : (matching[0] ?? null))
}

async function writeAnswers(
  run: OrderRun,
  rows: readonly { receiptLineId: string; receiptId: string; rmaId: string; rmaLineId: string | null; quantity: number; kind: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into orders.rma_receipt_line (org_id, receipt_line_id, receipt_id, rma_id, rma_line_id, quantity, kind)
    select ${run.ctx.orgId}, a.receiptLineId, a.receiptId, a.rmaId, a.rmaLineId, a.quantity, a.kind
      from ${rowsOf(rows, { receiptLineId: 'uuid', receiptId: 'uuid', rmaId: 'uuid', rmaLineId: 'uuid', quantity: 'bigint', kind: 'text' }, 'a')}`.execute(
    run.tx,
  )
  await sql`
    update orders.rma_line l set received_quantity = l.received_quantity + a.quantity
      from (select r.rma_line_id, sum(r.quantity)::bigint as quantity from orders.rma_receipt_line r
             where r.org_id = ${run.ctx.orgId} and r.receipt_line_id = any(${rows.map((row) => row.receiptLineId)}::uuid[]) and r.rma_line_id is not null group by 1) a
     where l.org_id = ${run.ctx.orgId} and l.id = a.rma_line_id`.execute(run.tx)
}
