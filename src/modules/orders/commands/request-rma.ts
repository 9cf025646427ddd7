import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { takeNumbers } from '../../../kernel/counter.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput, notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { findWarehouses } from '../../inventory/index.ts'
import { lockOrders } from '../order.repo.ts'
import { moreThanReturnable } from '../orders.errors.ts'
import { Note, RmaLineInput, RmaWritten } from '../rma-input.ts'
import { isWithinWindow } from '../rma.ts'

const RequestInput = exactly({
  order_id: Uuid,
  warehouse_code: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
  note: Type.Optional(Note),
  approve: Type.Optional(Type.Boolean({ description: 'approve at once, by hand' })),
  lines: Type.Array(RmaLineInput, { minItems: 1, maxItems: 500 }),
})
type RequestInput = Static<typeof RequestInput>

/** A line of the order with what can still be announced of it. */
interface Returnable {
  id: string
  itemId: string
  kind: string
  parentId: string | null
  kitQuantity: number | null
  returnable: number
  warehouseId: string | null
  since: Date | null
}

interface NewLine {
  orderLineId: string
  itemId: string
  quantity: number
  reason: string
  outcome: string
  note: string
}

/**
 * Asks to send goods of an order back. It is approved at once when a person says so, or by the organization's rule: every line within
 * the window of days since delivery. Kit lines stand for their components. Goods are expected at the named warehouse, else at
 * the organization's returns warehouse, else where they were sent from.
 * @throws `orders.not_found`, `orders.more_than_returnable` (rule), `kernel.invalid_input` at an unknown line, reason or warehouse
 */
export const requestRma = defineCommand({
  name: 'orders.request_rma',
  permission: 'orders.return',
  summary: 'Ask to send goods of an order back',
  input: RequestInput,
  output: RmaWritten,
  errors: ['orders.not_found', 'orders.more_than_returnable'],

  async run(run, input) {
    const { tx, ctx, now } = run
    // The counter comes before the order, as everywhere.
    const number = await takeNumbers(tx, ctx.orgId, 'rma', 1)
    const order = (await lockOrders(run, [input.order_id])).get(input.order_id)
    if (order === undefined) throw notFound('orders.order', input.order_id)
    const returnable = await readReturnable(run, input.order_id)
    await checkInput(run, input, returnable)
    const lines = expandLines(input, returnable)
    refuseTooMuch(lines, returnable)
    const policy = await readPolicy(run)
    const sinceOf = (line: NewLine) => returnable.find((one) => one.id === line.orderLineId)
    const auto =
      input.approve !== true &&
      policy.autoApprove &&
      lines.every((line) => isWithinWindow(sinceOf(line)?.since ?? null, now, policy.windowDays))
    const warehouseId = await chooseWarehouse(
      run,
      input.warehouse_code,
      policy.warehouseId ?? sinceOf(lines[0] as NewLine)?.warehouseId ?? null,
    )
    const state = auto || input.approve === true ? 'approved' : 'requested'
    const id = run.newId()
    await sql`
      insert into orders.rma (org_id, id, number, order_id, party_id, warehouse_id, state, note, auto_decided, requested_at, decided_at, decided_by)
      values (${ctx.orgId}, ${id}::uuid, ${number}, ${order.id}::uuid, ${order.partyId}::uuid, ${warehouseId}::uuid, ${state}, ${input.note ?? ''}, ${auto}, ${now},
              ${state === 'approved' ? now : null}, ${state === 'approved' && !auto ? ctx.actor.id : null}::uuid)`.execute(tx)
    await insertLines(run, id, lines)
    run.emit({
      type: 'orders.rma_requested',
      documentType: 'rma',
      documentId: id,
      payload: {
        number,
        order_id: order.id,
        state,
        auto_decided: auto,
        lines: lines.map((line) => ({ line_id: line.orderLineId, quantity: line.quantity, reason: line.reason, outcome: line.outcome })),
      },
    })
    return { id, number, state }
  },
})

async function readReturnable({ tx, ctx }: CommandRun, orderId: string): Promise<Returnable[]> {
  const { rows } = await sql<Returnable>`
    select l.id, l.item_id as "itemId", l.kind, l.parent_line_id as "parentId", l.kit_quantity as "kitQuantity", s."warehouseId", s.since,
           (case when l.supply = 'stock' then l.shipped + l.supplied_elsewhere - l.returned - l.refused - l.lost else 0 end - coalesce((
              select sum(greatest(0, r.quantity - r.received_quantity)) from orders.rma_line r join orders.rma h on h.org_id = r.org_id and h.id = r.rma_id
               where r.org_id = l.org_id and r.order_line_id = l.id and h.state in ('requested', 'approved', 'partly_received')), 0))::bigint as returnable
      from orders.order_line l
      left join lateral (
        select h.warehouse_id as "warehouseId", coalesce(h.delivered_at, h.shipped_at) as since
          from warehouse.shipment_line c join warehouse.shipment h on h.org_id = c.org_id and h.id = c.shipment_id
         where c.org_id = l.org_id and c.source_line_id = l.id and h.status in ('shipped', 'delivered') order by coalesce(h.delivered_at, h.shipped_at) desc limit 1) s on true
     where l.org_id = ${ctx.orgId} and l.order_id = ${orderId}::uuid order by l.line_no`.execute(tx)
  return rows
}

async function checkInput({ tx, ctx }: CommandRun, input: RequestInput, lines: readonly Returnable[]): Promise<void> {
  const { rows } = await sql<{ code: string }>`select code from orders.return_reason where org_id = ${ctx.orgId} and is_active`.execute(tx)
  const reasons = new Set(rows.map((row) => row.code))
  const problems = input.lines.flatMap((line, index): FieldProblem[] => {
    const found: FieldProblem[] = []
    if (!lines.some((one) => one.id === line.line_id))
      found.push({
        pointer: `/lines/${index}/line_id`,
        code: 'unknown_line',
        message: 'is no line of this order; take the ids of its lines',
      })
    if (!reasons.has(line.reason))
      found.push({
        pointer: `/lines/${index}/reason`,
        code: 'unknown_reason',
        message: `is none of the return reasons (${[...reasons].join(', ')}); take one of them or add it`,
      })
    return found
  })
  if (problems.length > 0) throw invalidInput(problems)
}

function expandLines(input: RequestInput, lines: readonly Returnable[]): NewLine[] {
  return input.lines.flatMap((line): NewLine[] => {
    const own = { reason: line.reason, outcome: line.outcome ?? 'refund', note: line.note ?? '' }
    const found = lines.find((one) => one.id === line.line_id)
    if (found === undefined) return []
    if (found.kind !== 'kit') return [{ ...own, orderLineId: found.id, itemId: found.itemId, quantity: line.quantity }]
    return lines
      .filter((one) => one.parentId === found.id)
      .map((one) => ({ ...own, orderLineId: one.id, itemId: one.itemId, quantity: line.quantity * (one.kitQuantity ?? 1) }))
  })
}

function refuseTooMuch(lines: readonly NewLine[], returnable: readonly Returnable[]): void {
  for (const [id, group] of Map.groupBy(lines, (line) => line.orderLineId)) {
    const wanted = group.reduce((sum, line) => sum + line.quantity, 0)
    const available = Math.max(0, returnable.find((line) => line.id === id)?.returnable ?? 0)
    if (wanted > available) throw moreThanReturnable(id, wanted, available)
  }
}

async function readPolicy({ tx, ctx }: CommandRun): Promise<{ windowDays: number; autoApprove: boolean; warehouseId: string | null }> {
  const { rows } = await sql<{ windowDays: number; autoApprove: boolean; warehouseId: string | null }>`
    select window_days as "windowDays", auto_approve as "autoApprove", warehouse_id as "warehouseId" from orders.return_policy where org_id = ${ctx.orgId}`.execute(
    tx,
  )
  return rows[0] ?? { windowDays: 14, autoApprove: false, warehouseId: null }
}

async function chooseWarehouse({ tx, ctx }: CommandRun, code: string | undefined, otherwise: string | null): Promise<string> {
  const found = await findWarehouses(tx, ctx.orgId, code === undefined ? { ids: otherwise === null ? [] : [otherwise] } : { codes: [code] })
  if (found[0] !== undefined) return found[0].id
  throw invalidInput([
    { pointer: '/warehouse_code', code: 'unknown_warehouse', message: 'names no warehouse of this organization; give the code of one' },
  ])
}

async function insertLines({ tx, ctx, newId }: CommandRun, rmaId: string, lines: readonly NewLine[]): Promise<void> {
  const rows = lines.map((line, index) => ({ ...line, id: newId(), lineNo: index + 1 }))
  await sql`
    insert into orders.rma_line (org_id, id, rma_id, line_no, order_line_id, item_id, quantity, reason, outcome, note)
    select ${ctx.orgId}, l.id, ${rmaId}::uuid, l.lineNo, l.orderLineId, l.itemId, l.quantity, l.reason, l.outcome, l.note
      from ${rowsOf(rows, { id: 'uuid', lineNo: 'integer', orderLineId: 'uuid', itemId: 'uuid', quantity: 'bigint', reason: 'text', outcome: 'text', note: 'text' }, 'l')}`.execute(
    tx,
  )
}
