import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { endpointOff } from '../messaging.errors.ts'
import { readEndpoint } from '../webhook-endpoint.ts'

/** Most deliveries of one request; the oldest go first. */
const MOST = 10_000

/**
 * Sends deliveries again with the same webhook-id: those named, whatever became of them, or all that failed since an instant.
 * @throws `messaging.not_found`, `messaging.endpoint_off` (rule), `kernel.invalid_input` (neither or both ways of naming)
 */
export const replayDeliveries = defineCommand({
  name: 'messaging.replay_deliveries',
  permission: 'messaging.manage',
  summary: 'Send webhook deliveries again',
  input: exactly({
    endpoint_id: Uuid,
    delivery_ids: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 500 })),
    failed_since: Type.Optional(Instant),
  }),
  output: exactly({ replayed: Type.Integer() }),
  errors: ['messaging.not_found', 'messaging.endpoint_off'],

  async run({ tx, ctx, now, emit }, { endpoint_id, delivery_ids, failed_since }) {
    if ((delivery_ids === undefined) === (failed_since === undefined))
      throw invalidField('/delivery_ids', 'needed', 'or failed_since says which deliveries; give one of the two')
    const endpoint = await readEndpoint(tx, ctx.orgId, endpoint_id, true)
    if (!endpoint.is_active) throw endpointOff(endpoint_id)
    const which =
      delivery_ids === undefined
        ? sql`state = 'failed' and created_at >= ${failed_since}::timestamptz`
        : sql`state in ('failed', 'delivered') and id = any(${delivery_ids}::uuid[])`
    const { rows } = await sql`
      update messaging.webhook_delivery set state = 'waiting', attempts = 0, round = round + 1, next_try_at = ${now}, delivered_at = null, last_error = null
       where org_id = ${ctx.orgId} and id in (
         select id from messaging.webhook_delivery where org_id = ${ctx.orgId} and endpoint_id = ${endpoint_id} and ${which} order by event_seq limit ${MOST})
      returning id`.execute(tx)
    emit({
      type: 'messaging.deliveries_replayed',
      documentType: 'webhook_endpoint',
      documentId: endpoint_id,
      payload: { replayed: rows.length },
    })
    return { replayed: rows.length }
  },
})
