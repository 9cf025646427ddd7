import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { exactly, Instant, nullable, Uuid } from '../../kernel/schema.ts'

/** How long the secret before a rotation still signs beside the new one. */
export const OLD_SECRET_HOURS = 24
/** Most endpoints of an organization. */
export const MAX_ENDPOINTS = 20
/** An endpoint that has failed without a success for this long is switched off. */
export const DISABLE_AFTER_DAYS = 5
/** Pauses after the first, second … failed attempt, in seconds; after the last one the delivery has failed. Three days in all. */
export const WEBHOOK_PAUSES_S: readonly number[] = [5, 30, 120, 600, 1800, 7200, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600]

/** `orders.order_placed`, `orders.*` or `*`. */
export const EventTypes = Type.Array(Type.String({ maxLength: 100, pattern: '^(\\*|[a-z_]+\\.(\\*|[a-z_]+))$' }), {
  minItems: 1,
  maxItems: 100,
})

export const endpointFields = {
  url: Type.String({ minLength: 8, maxLength: 2000 }),
  description: Type.String({ maxLength: 200 }),
  event_types: EventTypes,
}

/** An endpoint as the API shows it; never its secret. */
export const WebhookEndpoint = exactly({
  id: Uuid,
  ...endpointFields,
  is_active: Type.Boolean(),
  failing_since: nullable(Instant),
  disabled_at: nullable(Instant),
  disabled_reason: nullable(Type.String()),
  old_secret_until: nullable(Instant),
  created_at: Instant,
  version: Type.Integer(),
})
export type WebhookEndpoint = Static<typeof WebhookEndpoint>

export interface StoredEndpoint {
  id: string
  url: string
  description: string
  event_types: string[]
  secret_sealed: Buffer
  old_secret_sealed: Buffer | null
  old_secret_until: Date | null
  is_active: boolean
  failing_since: Date | null
  disabled_at: Date | null
  disabled_reason: string | null
  created_at: Date
  version: number
}

const COLUMNS = sql`id, url, description, event_types, secret_sealed, old_secret_sealed, old_secret_until, is_active, failing_since, disabled_at, disabled_reason, created_at, version`

/** Endpoints that were not deleted, the oldest first. */
export async function readEndpoints(tx: Tx, orgId: number): Promise<StoredEndpoint[]> {
  const { rows } = await sql<StoredEndpoint>`
    select ${COLUMNS} from messaging.webhook_endpoint where org_id = ${orgId} and deleted_at is null order by created_at, id limit ${MAX_ENDPOINTS}`.execute(
    tx,
  )
  return rows
}

/** One endpoint. @throws `messaging.not_found` */
export async function readEndpoint(tx: Tx, orgId: number, id: string, lock = false): Promise<StoredEndpoint> {
  const { rows } = await sql<StoredEndpoint>`
    select ${COLUMNS} from messaging.webhook_endpoint where org_id = ${orgId} and id = ${id} and deleted_at is null ${lock ? sql`for update` : sql``}`.execute(
    tx,
  )
  if (rows[0] === undefined) throw notFound('messaging.webhook_endpoint', id)
  return rows[0]
}

/** A stored endpoint as the API shows it. */
export function showEndpoint(row: StoredEndpoint): WebhookEndpoint {
  const { secret_sealed: _secret, old_secret_sealed: _old, ...shown } = row
  return {
    ...shown,
    failing_since: row.failing_since?.toISOString() ?? null,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    old_secret_until: row.old_secret_until?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
  }
}

/** A new signing secret of the Standard Webhooks scheme: 256 random bits. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** Where an endpoint's secret is sealed to. */
export function webhookPurpose(orgId: number, endpointId: string): string {
  return `messaging.webhook_endpoint/${orgId}/${endpointId}`
}

/**
 * Whether events of a type go to other systems. Users, keys and sessions stay inside, and so does what this room says of its own work, which
 * would otherwise tell of its own telling without end; alerts are the exception.
 */
export function isPublicEvent(type: string): boolean {
  if (type === 'messaging.alert_raised' || type === 'messaging.alert_recovered') return true
  return !type.startsWith('identity.') && !type.startsWith('messaging.')
}
