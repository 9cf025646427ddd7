import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField } from '../../../kernel/errors.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { policyFields, SourcingPolicyRow } from '../queries/list-sourcing-policies.ts'

/**
 * Says how shipping warehouses are chosen, for one channel or (without one) wherever a channel has no policy of its own.
 * Orders taken before keep the decision they got.
 * @throws `kernel.invalid_input` for an unknown channel
 */
export const setSourcingPolicy = defineCommand({
  name: 'orders.set_sourcing_policy',
  permission: 'orders.manage_channels',
  summary: 'Set how shipping warehouses are chosen',
  input: exactly({
    channel_id: Type.Optional(nullable(Uuid)),
    ...policyFields,
  }),
  output: SourcingPolicyRow,

  async run(run, { channel_id = null, ...policy }) {
    const { tx, ctx } = run
    if (channel_id !== null) {
      const { rows } = await sql`select from orders.channel where org_id = ${ctx.orgId} and id = ${channel_id}::uuid`.execute(tx)
      if (rows.length === 0)
        throw invalidField('/channel_id', 'unknown_channel', `there is no channel ${channel_id}; create it first or leave it out`)
    }
    const { rows } = await sql<{ id: string; version: number }>`
      insert into orders.sourcing_policy (org_id, id, channel_id, prefer, keep_together, allow_split, max_shipments, on_shortage)
      values (${ctx.orgId}, ${run.newId()}::uuid, ${channel_id}::uuid, ${policy.prefer}, ${policy.keep_together}, ${policy.allow_split}, ${policy.max_shipments}, ${policy.on_shortage})
      on conflict (org_id, channel_id) do update set prefer = excluded.prefer, keep_together = excluded.keep_together, allow_split = excluded.allow_split,
        max_shipments = excluded.max_shipments, on_shortage = excluded.on_shortage, version = orders.sourcing_policy.version + 1
      returning id, version`.execute(tx)
    const { id, version } = rows[0] ?? { id: '', version: 1 }
    run.emit({
      type: 'orders.sourcing_policy_set',
      documentType: 'sourcing_policy',
      documentId: id,
      payload: { channel_id, ...policy, version },
    })
    return { id, channel_id, ...policy, version }
  },
})
