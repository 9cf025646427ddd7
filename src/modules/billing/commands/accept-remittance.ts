import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { dayIn } from '../../../kernel/clock.ts'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { allocate } from '../../../kernel/money.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { type NewPosting, postEntries } from '../../ledger/index.ts'
import { lockOrderMoney, type OrderMoney, recordPayments } from '../../orders/index.ts'
import { remittanceDiffers, remittanceNotOpen } from '../billing.errors.ts'
import { type Matched, matchLines, paysOrders } from '../remittance-match.ts'
import { fixMatches, lockRemittance, readListedLines, readOrderCash, type Remittance } from '../remittances.repo.ts'
import { toBase } from '../revenue-entry.ts'

const Input = exactly({
  remittance_id: Uuid,
  deposit_amount: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e15, description: 'what arrived at the bank, minor units' })),
  accept_differences: Type.Optional(Type.Boolean()),
})

/**
 * Accepts a courier's list: each line becomes a `collected` fact of its order (of several: in the proportion of what each owed), the
 * deposit goes to the bank, fees to courier fees. What is not an order's, and what the deposit differs by, stays on the account "cash with
 * couriers" under the list. Lists are compared anew under the lock, so a parcel is never paid twice.
 * @throws `billing.not_found`, `billing.remittance_not_open`, `billing.remittance_differs` (rule)
 */
export const acceptRemittance = defineCommand({
  name: 'billing.accept_remittance',
  permission: 'billing.remit',
  summary: 'Accept a courier’s list and post it',
  input: Input,
  output: exactly({ id: Uuid }),
  errors: ['billing.not_found', 'billing.remittance_not_open', 'billing.remittance_differs'],
  async run(run, input) {
    const list = await lockRemittance(run.tx, run.ctx.orgId, input.remittance_id)
    if (list === null) throw notFound('billing.remittance', input.remittance_id)
    if (list.status !== 'open') throw remittanceNotOpen(list.number, list.status)
    const { lines, orders } = await matchUnderLock(run, list)
    const deposit = checkDifferences(input, list, lines)
    const parts = await payOrders(run, list, lines)
    await fixMatches(run.tx, run.ctx.orgId, lines)
    await insertParts(run, parts)
    await postRemittance(run, list, { parts, orders, deposit, fees: lines.reduce((sum, line) => sum + line.fee, 0) })
    await sql`
      update billing.courier_remittance set status = 'accepted', deposit_amount = ${deposit}, accepted_at = ${run.now}, accepted_by = ${run.ctx.actor.id}::uuid, version = version + 1
       where org_id = ${run.ctx.orgId} and id = ${list.id}::uuid`.execute(run.tx)
    run.emit({
      type: 'billing.remittance_accepted',
      documentType: 'courier_remittance',
      documentId: list.id,
      payload: { status: ['open', 'accepted'], deposit, orders: orders.size, amount: parts.reduce((sum, part) => sum + part.amount, 0) },
    })
    return { id: list.id }
  },
})

/** Locks the shipments and orders that the list names, then compares it: what another list paid meanwhile is seen. */
async function matchUnderLock(run: CommandRun, list: Remittance): Promise<{ lines: Matched[]; orders: Map<string, OrderMoney> }> {
  const listed = await readListedLines(run.tx, run.ctx.orgId, list.id)
  const before = await matchLines(run.tx, run.ctx.orgId, list, listed)
  const shipmentIds = before.flatMap((line) => line.shipmentId ?? [])
  const orderIds = (await readOrderCash(run.tx, run.ctx.orgId, shipmentIds)).map((part) => part.orderId)
  const orders = await lockOrderMoney(run, orderIds, { shipmentsFirst: true })
  return { lines: await matchLines(run.tx, run.ctx.orgId, list, listed), orders }
}

/** The deposit as stated, else what the lines come to; differences must be known to whoever accepts. */
function checkDifferences(input: Static<typeof Input>, list: Remittance, lines: readonly Matched[]): number {
  const net = lines.reduce((sum, line) => sum + line.amount - line.fee, 0)
  const deposit = input.deposit_amount ?? list.depositAmount ?? Math.max(0, net)
  const differing = lines.filter((line) => line.difference !== 'none').length
  if ((differing > 0 || deposit !== net) && input.accept_differences !== true) throw remittanceDiffers(differing, deposit - net)
  return deposit
}

interface PaidPart {
  lineId: string
  orderId: string
  parcelId: string
  paymentId: string | null
  amount: number
}

/** Records what was collected; what was recorded by hand before is taken from that instead of twice. */
async function payOrders(run: CommandRun, list: Remittance, lines: readonly Matched[]): Promise<PaidPart[]> {
  const paying = lines.filter(paysOrders)
  const cash = await readOrderCash(
    run.tx,
    run.ctx.orgId,
    paying.map((line) => line.shipmentId ?? ''),
  )
  const unremitted = new Map(cash.map((part) => [part.orderId, part.unremitted]))
  const parts = paying.flatMap((line) => {
    const own = cash.filter((part) => part.shipmentId === line.shipmentId)
    const shares = allocate(
      line.amount,
      own.map((part) => part.expected),
    )
    return own.flatMap((part, index) => {
      const amount = shares[index] ?? 0
      if (amount === 0) return []
      const known = Math.min(amount, unremitted.get(part.orderId) ?? 0)
      unremitted.set(part.orderId, (unremitted.get(part.orderId) ?? 0) - known)
      return [{ line, orderId: part.orderId, amount, fresh: amount - known }]
    })
  })
  const fresh = parts.filter((part) => part.fresh > 0)
  const payments = await recordPayments(
    run,
    fresh.map((part) => ({
      orderId: part.orderId,
      kind: 'collected',
      amount: part.fresh,
      method: 'cash_on_delivery',
      reference: `${list.number}/${part.line.lineNo} ${part.line.trackingNumber}`,
      returnReceiptId: null,
      reason: `Courier remittance ${list.reference}`,
      happenedAt: part.line.collectedOn === null ? run.now : new Date(`${part.line.collectedOn}T12:00:00Z`),
      lines: [],
    })),
  )
  const paymentOf = new Map(fresh.map((part, index) => [part, payments[index]?.id ?? null]))
  return parts.map((part) => ({
    lineId: part.line.id,
    orderId: part.orderId,
    parcelId: part.line.parcelId ?? '',
    paymentId: paymentOf.get(part) ?? null,
    amount: part.amount,
  }))
}

async function insertParts(run: CommandRun, parts: readonly PaidPart[]): Promise<void> {
  if (parts.length === 0) return
  await sql`
    insert into billing.courier_remittance_part (org_id, line_id, order_id, parcel_id, payment_id, amount)
    select ${run.ctx.orgId}, p.lineId, p.orderId, p.parcelId, p.paymentId, p.amount
      from ${rowsOf(parts, { lineId: 'uuid', orderId: 'uuid', parcelId: 'uuid', paymentId: 'uuid', amount: 'bigint' }, 'p')}`.execute(
    run.tx,
  )
}

interface RemittanceMoney {
  parts: readonly PaidPart[]
  orders: ReadonlyMap<string, OrderMoney>
  deposit: number
  fees: number
}

/** Bank and fees against the orders' cash with the courier; what is left open stands on the list, taking the rounding of rates. */
async function postRemittance(run: CommandRun, list: Remittance, { parts, orders, deposit, fees }: RemittanceMoney): Promise<void> {
  const rate = parts.map((part) => orders.get(part.orderId)?.baseRatePpm).find((one) => one !== undefined) ?? 1_000_000
  const own = { currency: list.currency, documentType: 'courier_remittance', documentId: list.id }
  const orderCash = parts.map((part): NewPosting => ({
    currency: list.currency,
    role: 'cash_in_courier',
    amount: -part.amount,
    baseAmount: -toBase(part.amount, orders.get(part.orderId)?.baseRatePpm ?? rate),
    documentType: 'order',
    documentId: part.orderId,
    partyId: orders.get(part.orderId)?.partyId ?? null,
  }))
  const others: NewPosting[] = [
    { ...own, role: 'bank' as const, amount: deposit, baseAmount: toBase(deposit, rate) },
    { ...own, role: 'courier_fees' as const, amount: fees, baseAmount: toBase(fees, rate) },
    ...orderCash,
  ].filter((posting) => posting.amount !== 0)
  const open = others.reduce((sum, posting) => sum - posting.amount, 0)
  const openBase = others.reduce((sum, posting) => sum - posting.baseAmount, 0)
  if (others.length === 0) return
  const rest: NewPosting[] = open === 0 && openBase === 0 ? [] : [{ ...own, role: 'cash_in_courier', amount: open, baseAmount: openBase }]
  await postEntries(
    run,
    [
      {
        id: run.newId(),
        kind: 'courier.remitted',
        accountingDate: dayIn(run.ctx.org.timeZone, run.now),
        sourceType: 'courier_remittance',
        sourceId: list.id,
        memo: list.reference,
        postings: [...others, ...rest],
      },
    ],
    { allowShift: true },
  )
}
