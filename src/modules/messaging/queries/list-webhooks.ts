import { type RawBuilder, sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { readEndpoint, readEndpoints, showEndpoint, WebhookEndpoint } from '../webhook-endpoint.ts'

/** The organization's endpoints. */
export const listEndpoints = defineQuery({
  name: 'messaging.list_webhook_endpoints',
  permission: 'messaging.read',
  summary: 'List webhook endpoints',
  input: exactly({}),
  output: exactly({ data: Type.Array(WebhookEndpoint), next_cursor: Type.Null() }),
  run: async ({ tx, ctx }) => ({ data: (await readEndpoints(tx, ctx.orgId)).map(showEndpoint), next_cursor: null }),
})

/** One endpoint. @throws `messaging.not_found` */
export const getEndpoint = defineQuery({
  name: 'messaging.get_webhook_endpoint',
  permission: 'messaging.read',
  summary: 'Show a webhook endpoint',
  input: exactly({ endpoint_id: Uuid }),
  output: WebhookEndpoint,
  errors: ['messaging.not_found'],
  run: async ({ tx, ctx }, { endpoint_id }) => showEndpoint(await readEndpoint(tx, ctx.orgId, endpoint_id)),
})

const STATES = ['waiting', 'sending', 'delivered', 'failed'] as const

const deliveryFields = {
  id: Uuid,
  endpoint_id: Uuid,
  event_seq: Type.Integer(),
  event_type: Type.String(),
  state: Type.Enum([...STATES]),
  attempts: Type.Integer(),
  next_try_at: nullable(Instant),
  last_status: nullable(Type.Integer()),
  last_error: nullable(Type.String()),
  created_at: Instant,
  delivered_at: nullable(Instant),
}
const Delivery = exactly(deliveryFields)
const Attempt = exactly({
  started_at: Instant,
  duration_ms: Type.Integer(),
  status: nullable(Type.Integer()),
  error: nullable(Type.String()),
  response_excerpt: nullable(Type.String()),
})
const DeliveryView = exactly({ ...deliveryFields, log: Type.Array(Attempt) })

interface Stored {
  id: string
  endpoint_id: string
  event_seq: number
  event_type: string
  state: (typeof STATES)[number]
  attempts: number
  next_try_at: Date
  last_status: number | null
  last_error: string | null
  created_at: Date
  delivered_at: Date | null
}

const COLUMNS = sql`id, endpoint_id, event_seq, event_type, state, attempts, next_try_at, last_status, last_error, created_at, delivered_at`

function show(row: Stored) {
  return {
    ...row,
    next_try_at: row.state === 'waiting' ? row.next_try_at.toISOString() : null,
    created_at: row.created_at.toISOString(),
    delivered_at: row.delivered_at?.toISOString() ?? null,
  }
}

/** Deliveries of an endpoint, the newest event first. The id is the webhook-id that receivers see. */
export const listDeliveries = defineQuery({
  name: 'messaging.list_webhook_deliveries',
  permission: 'messaging.read',
  summary: 'List deliveries to a webhook endpoint',
  input: exactly({ endpoint_id: Uuid, state: Type.Optional(Type.Enum([...STATES])), ...pageInput }),
  output: pageOf(Delivery),

  async run({ tx, ctx }, { endpoint_id, state, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const where: RawBuilder<unknown>[] = [sql`org_id = ${ctx.orgId} and endpoint_id = ${endpoint_id}`]
    if (state !== undefined) where.push(sql`state = ${state}`)
    if (after !== null) where.push(sql`event_seq < ${after[0]}::bigint`)
    const { rows } = await sql<Stored>`
      select ${COLUMNS} from messaging.webhook_delivery where ${sql.join(where, sql` and `)} order by event_seq desc limit ${limit + 1}`.execute(
      tx,
    )
    return toPage(rows.map(show), limit, (row) => [row.event_seq])
  },
})

/** One delivery with its requests of the last 30 days, the newest first. @throws `messaging.not_found` */
export const getDelivery = defineQuery({
  name: 'messaging.get_webhook_delivery',
  permission: 'messaging.read',
  summary: 'Show a delivery to a webhook endpoint',
  input: exactly({ delivery_id: Uuid }),
  output: DeliveryView,
  errors: ['messaging.not_found'],

  async run({ tx, ctx }, { delivery_id }) {
    const { rows } =
      await sql<Stored>`select ${COLUMNS} from messaging.webhook_delivery where org_id = ${ctx.orgId} and id = ${delivery_id}`.execute(tx)
    if (rows[0] === undefined) throw notFound('messaging.webhook_delivery', delivery_id)
    const { rows: log } = await sql<{
      started_at: Date
      duration_ms: number
      status: number | null
      error: string | null
      response_excerpt: string | null
    }>`
      select started_at, duration_ms, status, error, response_excerpt from messaging.webhook_attempt
       where org_id = ${ctx.orgId} and delivery_id = ${delivery_id} order by started_at desc limit 100`.execute(tx)
    return { ...show(rows[0]), log: log.map((one) => ({ ...one, started_at: one.started_at.toISOString() })) }
  },
})
