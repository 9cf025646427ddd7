import { sql } from 'kysely'
import type { CommandRun } from '../../../kernel/command.ts'
import { type PaymentFact, recordPayments } from '../record-payments.ts'
import type { ChannelView } from './channel-view.ts'

/**
 * Records the payment facts of a view that are not known yet, by their reference: money that moved is never refused, held or merged.
 * Answers how many were new.
 */
export async function recordFacts(run: CommandRun, orderId: string, { payments = [] }: ChannelView): Promise<number> {
  if (payments.length === 0) return 0
  const { rows } = await sql<{ key: string }>`
    select kind || ' ' || reference as key from orders.payment where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid and reference is not null`.execute(
    run.tx,
  )
  const known = new Set(rows.map((row) => row.key))
  const fresh = payments.filter((payment) => !known.has(`${payment.kind} ${payment.reference}`))
  if (fresh.length === 0) return 0
  const lineIds = await readLineIds(run, orderId)
  await recordPayments(
    run,
    fresh.map((payment): PaymentFact => ({
      orderId,
      kind: payment.kind,
      amount: payment.amount,
      method: payment.method ?? '',
      provider: payment.provider ?? '',
      reference: payment.reference,
      returnReceiptId: null,
      reason: payment.reason ?? '',
      happenedAt: payment.happened_at === undefined ? run.now : new Date(payment.happened_at),
      lines: (payment.lines ?? []).map(({ external_line_id, ...line }) => {
        const lineId = lineIds.get(external_line_id)
        return lineId === undefined ? line : { ...line, line_id: lineId }
      }),
    })),
  )
  return fresh.length
}

async function readLineIds({ tx, ctx }: CommandRun, orderId: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ external: string; id: string }>`
    select distinct on (external_line_id) external_line_id as external, id from orders.order_line
     where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and parent_line_id is null and external_line_id is not null order by external_line_id, line_no desc`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.external, row.id]))
}
