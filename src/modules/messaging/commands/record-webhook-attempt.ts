import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { raiseAlerts, recoverAlerts } from '../alert.ts'
import { DISABLE_AFTER_DAYS, readEndpoint, type StoredEndpoint, WEBHOOK_PAUSES_S } from '../webhook-endpoint.ts'
import { failWaiting } from './save-endpoint.ts'

const input = exactly({
  delivery_id: Uuid,
  attempt: Type.Integer({ minimum: 1 }),
  started_at: Instant,
  duration_ms: Type.Integer({ minimum: 0 }),
  status: nullable(Type.Integer()),
  error: nullable(Type.String({ maxLength: 500 })),
  response_excerpt: nullable(Type.String({ maxLength: 4000 })),
})
type Attempt = Static<typeof input>

/** Attempts after which people are warned: about three quarters of an hour of failing. */
const WARN_AFTER_ATTEMPTS = 5
const DAY_MS = 86_400_000

/**
 * Records a request to an endpoint. Any status from 200 to 299 has delivered it; everything else, redirects too, is tried again after a growing
 * pause until the pauses are used up. 410 (gone), or five days without a success, switch the endpoint off. People are warned once, and the
 * warning ends with the next success. Kept without an event of its own: it is delivery state.
 */
export const recordWebhookAttempt = defineCommand({
  name: 'messaging.record_webhook_attempt',
  permission: 'messaging.send',
  summary: 'Record a request to a webhook endpoint',
  input,
  output: exactly({ state: Type.String() }),

  async run(run, attempt) {
    const { tx, ctx, now } = run
    const { rows } = await sql<{ endpoint_id: string }>`
      select endpoint_id from messaging.webhook_delivery where org_id = ${ctx.orgId} and id = ${attempt.delivery_id}`.execute(tx)
    const endpointId = rows[0]?.endpoint_id
    if (endpointId === undefined) return { state: 'gone' }
    await sql`
      insert into messaging.webhook_attempt (org_id, id, delivery_id, started_at, duration_ms, status, error, response_excerpt)
      values (${ctx.orgId}, ${run.newId()}, ${attempt.delivery_id}, ${attempt.started_at}, ${attempt.duration_ms}, ${attempt.status}, ${attempt.error}, ${attempt.response_excerpt})`.execute(
      tx,
    )
    // Deleted while the request was under way: its deliveries have failed already.
    const endpoint = await readEndpoint(tx, ctx.orgId, endpointId, true).catch(() => null)
    const delivered = attempt.status !== null && attempt.status >= 200 && attempt.status < 300
    const state = await settleDelivery(run, attempt, delivered)
    if (endpoint !== null) await (delivered ? praise(run, endpoint) : blame(run, endpoint, attempt, now))
    return { state }
  },
})

async function settleDelivery({ tx, ctx, now }: CommandRun, attempt: Attempt, delivered: boolean): Promise<string> {
  const pause = delivered ? undefined : WEBHOOK_PAUSES_S[attempt.attempt - 1]
  const state = delivered ? 'delivered' : pause === undefined ? 'failed' : 'waiting'
  const { rows } = await sql`
    update messaging.webhook_delivery set state = ${state}, lease_until = null, last_status = ${attempt.status}, last_error = ${attempt.error},
           delivered_at = ${delivered ? now : null}, next_try_at = ${new Date(now.getTime() + (pause ?? 0) * 1000)}
     where org_id = ${ctx.orgId} and id = ${attempt.delivery_id} and state = 'sending' and attempts = ${attempt.attempt} returning id`.execute(
    tx,
  )
  return rows.length === 0 ? 'taken_over' : state
}

async function praise(run: CommandRun, endpoint: StoredEndpoint): Promise<void> {
  if (endpoint.failing_since === null) return
  await sql`update messaging.webhook_endpoint set failing_since = null where org_id = ${run.ctx.orgId} and id = ${endpoint.id}`.execute(
    run.tx,
  )
  await recoverAlerts(run, 'webhook_failed', [endpoint.id])
}

// oxlint-disable-next-line eslint/max-params -- the run, whom, for what, when
async function blame(run: CommandRun, endpoint: StoredEndpoint, attempt: Attempt, now: Date): Promise<void> {
  const since = endpoint.failing_since ?? now
  const gone = attempt.status === 410
  const disable = endpoint.is_active && (gone || now.getTime() - since.getTime() >= DISABLE_AFTER_DAYS * DAY_MS)
  const reason = gone ? 'the receiver answered 410 Gone' : `no success for ${DISABLE_AFTER_DAYS} days`
  await sql`
    update messaging.webhook_endpoint set failing_since = ${since}, is_active = ${disable ? false : endpoint.is_active},
           disabled_at = ${disable ? now : endpoint.disabled_at}, disabled_reason = ${disable ? reason : endpoint.disabled_reason}, version = version + ${disable ? 1 : 0}
     where org_id = ${run.ctx.orgId} and id = ${endpoint.id}`.execute(run.tx)
  if (disable) {
    await failWaiting(run.tx, run.ctx.orgId, endpoint.id, reason)
    run.emit({
      type: 'messaging.webhook_endpoint_disabled',
      documentType: 'webhook_endpoint',
      documentId: endpoint.id,
      payload: { reason },
    })
  }
  if (!disable && attempt.attempt < WARN_AFTER_ATTEMPTS) return
  await raiseAlerts(run, [
    {
      kind: 'webhook_failed',
      subjectKey: endpoint.id,
      subjectType: 'webhook_endpoint',
      subjectId: endpoint.id,
      facts: { host: new URL(endpoint.url).host, disabled: disable ? 1 : 0 },
    },
  ])
}
