import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { pageOf } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'

/** What a policy says. */
export const policyFields = {
  prefer: Type.Enum(['priority', 'nearest']),
  keep_together: Type.Boolean(),
  allow_split: Type.Boolean(),
  max_shipments: Type.Integer({ minimum: 1, maximum: 10 }),
  on_shortage: Type.Enum(['backorder', 'refuse']),
}

/** A sourcing policy; `channel_id` null is the organization's own. */
export const SourcingPolicyRow = exactly({
  id: Uuid,
  channel_id: nullable(Uuid),
  ...policyFields,
  version: Type.Integer(),
})

/** The organization's policy and those of channels that have one; there are at most as many as channels. */
export const listSourcingPolicies = defineQuery({
  name: 'orders.list_sourcing_policies',
  permission: 'orders.read',
  summary: 'List sourcing policies',
  input: exactly({}),
  output: pageOf(SourcingPolicyRow),

  async run({ tx, ctx }) {
    const { rows } = await sql<Static<typeof SourcingPolicyRow>>`
      select id, channel_id, prefer, keep_together, allow_split, max_shipments, on_shortage, version
        from orders.sourcing_policy where org_id = ${ctx.orgId} order by channel_id nulls first limit 1000`.execute(tx)
    return { data: rows, next_cursor: null }
  },
})
