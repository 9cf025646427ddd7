import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { recordPayments } from '../record-payments.ts'

/** Authorizations ended by one run; a job calls again until none is left. */
const MAX_AT_ONCE = 500

/**
 * Ends authorizations whose time is over: what was neither captured nor voided of each is recorded as `expired`.
 */
export const expireAuthorizations = defineCommand({
  name: 'orders.expire_authorizations',
  permission: 'orders.pay',
  summary: 'End payment authorizations whose time is over',
  input: exactly({}),
  output: exactly({ expired: Type.Integer() }),
  async run(run) {
    const { rows } = await sql<{ id: string; order_id: string; method: string; provider: string; expires_at: Date; open: number }>`
      select a.id, a.order_id, a.method, a.provider, a.expires_at, (a.amount - coalesce(sum(p.amount), 0))::bigint as open
        from orders.payment a left join orders.payment p on p.org_id = a.org_id and p.authorization_id = a.id and p.kind in ('captured', 'voided', 'expired')
       where a.org_id = ${run.ctx.orgId} and a.kind = 'authorized' and a.expires_at <= ${run.now}
       group by a.id, a.order_id, a.method, a.provider, a.expires_at, a.amount having a.amount > coalesce(sum(p.amount), 0)
       order by a.order_id, a.id limit ${MAX_AT_ONCE}`.execute(run.tx)
    await recordPayments(
      run,
      rows.map((row) => ({
        orderId: row.order_id,
        kind: 'expired',
        amount: row.open,
        method: row.method,
        provider: row.provider,
        authorizationId: row.id,
        reference: `expiry of ${row.id}`,
        returnReceiptId: null,
        reason: '',
        happenedAt: row.expires_at,
        lines: [],
      })),
    )
    return { expired: rows.length }
  },
})
