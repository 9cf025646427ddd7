import { sql } from 'kysely'
import { Webhook } from 'standardwebhooks'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { readEvents, type StoredEvent } from '../../kernel/outbox-delivery.ts'
import { type Outside, outsideOf } from '../../kernel/outside.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { recordWebhookAttempt } from './commands/record-webhook-attempt.ts'
import { isPublicEvent, readEndpoint, type StoredEndpoint, webhookPurpose } from './webhook-endpoint.ts'
import { postWebhook, type WebhookResult } from './webhook-request.ts'

/** Deliveries to one endpoint in one go; what is left is met by the next look. */
const AT_ONCE = 100
/** Longer than a request may last: only a worker that died loses a delivery, which is then sent again with the same webhook-id. */
const LEASE_SECONDS = 60

/**
 * Queues an event for every endpoint that wants it and existed when it was recorded. Queuing it again changes nothing.
 * It is delivery state like the outbox's own, so it is no command and raises no event.
 */
export async function queueDeliveries(system: System, ctx: Context, event: StoredEvent): Promise<number> {
  if (!isPublicEvent(event.type)) return 0
  const now = ctx.clock.now()
  return inTransaction(system.database, ctx.orgId, async (tx) => {
    const { rows } = await sql`
      insert into messaging.webhook_delivery (org_id, id, endpoint_id, event_seq, event_type, state, next_try_at, created_at)
      select ${ctx.orgId}, gen_random_uuid(), e.id, ${event.seq}, ${event.type}, 'waiting', ${now}, ${now}
        from messaging.webhook_endpoint e
       where e.org_id = ${ctx.orgId} and e.is_active and e.deleted_at is null and e.created_at <= ${event.recordedAt}
         and e.event_types && ${['*', event.type, `${event.type.split('.')[0]}.*`]}::text[]
         for share of e
      on conflict on constraint webhook_delivery_once do nothing returning id`.execute(tx)
    return rows.length
  })
}

/** Endpoints of an organization that have something due. */
export async function listDueEndpoints(system: System, ctx: Context): Promise<string[]> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ endpoint_id: string }>`
      select distinct endpoint_id from messaging.webhook_delivery
       where org_id = ${ctx.orgId} and state in ('waiting', 'sending') and coalesce(lease_until, next_try_at) <= ${ctx.clock.now()}`.execute(
      tx,
    ),
  )
  return rows.map((row) => row.endpoint_id)
}

/**
 * Sends what is due to one endpoint, the oldest event first and one at a time, until nothing is due or one fails: a server that does not
 * answer is not asked again a moment later. Events that wait for another attempt do not hold up later ones. Answers how many were tried.
 */
export async function deliverToEndpoint(system: System, ctx: Context, endpointId: string): Promise<number> {
  const outside = outsideOf(system)
  for (let tried = 0; tried < AT_ONCE; tried += 1) {
    /* oxlint-disable no-await-in-loop -- one after another */
    const taken = await takeNext(system, ctx, endpointId)
    if (taken === null) return tried
    const delivered = await deliverOne(system, ctx, outside, taken)
    /* oxlint-enable no-await-in-loop */
    if (!delivered) return tried + 1
  }
  return AT_ONCE
}

interface Taken {
  endpoint: StoredEndpoint
  id: string
  eventSeq: number
  attempt: number
}

async function takeNext(system: System, ctx: Context, endpointId: string): Promise<Taken | null> {
  const now = ctx.clock.now()
  return inTransaction(system.database, ctx.orgId, async (tx) => {
    const { rows } = await sql<{ id: string; event_seq: number; attempts: number }>`
      update messaging.webhook_delivery set state = 'sending', attempts = attempts + 1, lease_until = ${new Date(now.getTime() + LEASE_SECONDS * 1000)}
       where org_id = ${ctx.orgId} and id = (
         select id from messaging.webhook_delivery
          where org_id = ${ctx.orgId} and endpoint_id = ${endpointId} and state in ('waiting', 'sending') and coalesce(lease_until, next_try_at) <= ${now}
          order by event_seq limit 1 for update skip locked)
      returning id, event_seq, attempts`.execute(tx)
    const [row] = rows
    return row === undefined
      ? null
      : { endpoint: await readEndpoint(tx, ctx.orgId, endpointId), id: row.id, eventSeq: row.event_seq, attempt: row.attempts }
  })
}

// oxlint-disable-next-line eslint/max-params -- system and context as everywhere, then with what and what
async function deliverOne(system: System, ctx: Context, outside: Outside, taken: Taken): Promise<boolean> {
  const [event] = await readEvents(system.database, ctx.orgId, [taken.eventSeq])
  const startedAt = ctx.clock.now()
  const result: WebhookResult =
    event === undefined
      ? { status: null, error: 'the event is gone', excerpt: null, durationMs: 0 }
      : await postWebhook(signedRequest(taken, event, ctx, outside))
  const { state } = await runCommand(system, ctx, recordWebhookAttempt, {
    delivery_id: taken.id,
    attempt: taken.attempt,
    started_at: startedAt.toISOString(),
    duration_ms: result.durationMs,
    status: result.status,
    error: result.error,
    response_excerpt: result.excerpt,
  })
  return state === 'delivered'
}

/** The body of a request: what happened to which document, by ids, numbers and codes. See docs/guides/webhooks.md. */
export function webhookBody(event: StoredEvent, orgId: number): string {
  return JSON.stringify({
    type: event.type,
    timestamp: event.recordedAt.toISOString(),
    data: {
      sequence: event.seq,
      version: event.version,
      organization_id: orgId,
      document: { type: event.documentType, id: event.documentId },
      changes: event.payload,
    },
  })
}

// oxlint-disable-next-line eslint/max-params -- what is sent, and with what
function signedRequest(taken: Taken, event: StoredEvent, ctx: Context, outside: Outside) {
  const { endpoint, id } = taken
  const body = webhookBody(event, ctx.orgId)
  // The signature's time is the wall's, not the context's: receivers refuse what is older than five minutes.
  const now = new Date()
  const purpose = webhookPurpose(ctx.orgId, endpoint.id)
  const old = endpoint.old_secret_until !== null && endpoint.old_secret_until > ctx.clock.now() ? endpoint.old_secret_sealed : null
  const signatures = [endpoint.secret_sealed, old].flatMap((sealed) =>
    sealed === null ? [] : new Webhook(outside.secrets.open(sealed, purpose)).sign(id, now, body),
  )
  return {
    url: endpoint.url,
    body,
    allowedNetworks: outside.allowedNetworks,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Tefter-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
  }
}
