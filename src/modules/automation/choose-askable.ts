import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { triggersOf } from './trigger.ts'

/**
 * Leaves out committed events that no rule waits for, in one statement whatever their number: a placed order without pending actions (it
 * was asked about at intake), and anything no active rule hears. Payments stay: they may end holds that waited for the money.
 */
export async function chooseAskable<E extends { type: string; documentId: string }>(
  tx: Tx,
  orgId: number,
  events: readonly E[],
): Promise<E[]> {
  const placed = events.filter((event) => event.type === 'orders.order_placed').map((event) => event.documentId)
  const { rows } = await sql<{ pending: string[]; heard: string[] }>`
    select array(select document_id from automation.rule_run where org_id = ${orgId} and is_pending and document_id = any(${placed}::uuid[])) as pending,
           array(select distinct trigger from automation.rule where org_id = ${orgId} and is_enabled) as heard`.execute(tx)
  const pending = new Set(rows[0]?.pending)
  const heard = new Set(rows[0]?.heard)
  return events.filter((event) => {
    if (event.type === 'orders.payment_recorded') return true
    if (event.type === 'orders.order_placed') return pending.has(event.documentId)
    return triggersOf(event.type).some((trigger) => heard.has(trigger.id))
  })
}
