import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import type { FeedEntry, FeedPosition } from '../../kernel/outbox.ts'
import type { Runtime } from '../runtime.ts'
import { authenticate } from './authenticate.ts'

const HEARTBEAT_MS = 15_000
/** Most events caught up after a broken connection; who missed more is told to load everything anew. */
const MAX_CATCH_UP = 1000
const MAX_STREAMS = 1000
/** A reader that does not read is cut off at this many waiting bytes. */
const MAX_WAITING_BYTES = 1024 * 1024

interface StreamRow {
  seq: number
  xid: string
  type: string
  document_type: string
  document_id: string
}

interface Subscriber {
  ctx: Context
  response: ServerResponse
}

/** Live updates as server-sent events: what was committed in the caller's organization and the caller may read. */
export function registerEventStream(app: FastifyInstance, runtime: Runtime): void {
  const subscribers = new Set<Subscriber>()
  const unlisten = runtime.reader.listen((entries) => broadcast(runtime, subscribers, entries))
  const heartbeat = setInterval(() => subscribers.forEach(({ response }) => response.write(': still here\n\n')), HEARTBEAT_MS)
  heartbeat.unref()
  app.addHook('preClose', (done) => {
    unlisten()
    clearInterval(heartbeat)
    for (const { response } of subscribers) response.end()
    done()
  })
  app.get('/v1/events/stream', { schema: description }, async (request, reply) => {
    const ctx = await authenticate(runtime, request, reply)
    if (subscribers.size >= MAX_STREAMS) throw new DomainError('unavailable', 'kernel.too_many_streams', 'Too many live connections just now. Try again in a moment.')
    const missed = await readMissed(runtime, ctx, request)
    reply.hijack()
    const subscriber = { ctx, response: reply.raw }
    reply.raw.writeHead(200, { ...headersOf(reply.getHeaders()), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    reply.raw.write('retry: 2000\n\n')
    if (missed === 'too many') reply.raw.write('event: reload\ndata: {}\n\n')
    else for (const row of missed) send(subscriber, row)
    subscribers.add(subscriber)
    request.raw.on('close', () => subscribers.delete(subscriber))
  })
}

const description = {
  operationId: 'kernel.stream_events',
  tags: ['events'],
  summary: 'Live updates as server-sent events',
  description: 'Each message has the event\'s type, an id to resume from by Last-Event-ID, and {seq, type, document_type, document_id}. `event: reload` says that too much was missed.',
  response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: { type: 'string' } } } } },
}

/** Whether a caller may hear of an event: whoever may read its room. */
function mayHear(ctx: Context, type: string): boolean {
  return ctx.may(`${type.slice(0, type.indexOf('.'))}.read`)
}

function send({ ctx, response }: Subscriber, row: StreamRow): void {
  if (!mayHear(ctx, row.type)) return
  if (response.writableLength > MAX_WAITING_BYTES) return void response.destroy()
  const { seq, type, document_type, document_id } = row
  response.write(`event: ${type}\nid: ${row.xid}.${seq}\ndata: ${JSON.stringify({ seq, type, document_type, document_id })}\n\n`)
}

async function broadcast(runtime: Runtime, subscribers: ReadonlySet<Subscriber>, entries: readonly FeedEntry[]): Promise<void> {
  if (subscribers.size === 0) return
  const byOrg = Map.groupBy(entries, (entry) => entry.orgId)
  for (const [orgId, own] of byOrg) {
    const listening = [...subscribers].filter(({ ctx }) => ctx.orgId === orgId)
    if (listening.length === 0) continue
    // oxlint-disable-next-line no-await-in-loop -- one organization after another
    const rows = await readRows(runtime, orgId, sql`e.seq = any(${own.map((entry) => entry.seq)}::bigint[])`, own.length)
    for (const row of rows) for (const subscriber of listening) send(subscriber, row)
  }
}

async function readMissed(runtime: Runtime, ctx: Context, request: FastifyRequest): Promise<StreamRow[] | 'too many'> {
  const position = parsePosition(request.headers['last-event-id'])
  if (position === undefined) return []
  const condition = sql`(e.xid, e.seq) > (${position.xid}::xid8, ${position.seq}::bigint) and e.xid < kernel.event_horizon()`
  const rows = await readRows(runtime, ctx.orgId, condition, MAX_CATCH_UP + 1)
  return rows.length > MAX_CATCH_UP ? 'too many' : rows
}

async function readRows(runtime: Runtime, orgId: number, condition: ReturnType<typeof sql>, atMost: number): Promise<StreamRow[]> {
  const { rows } = await readOnly(runtime.system.database, { orgId }, (tx) =>
    sql<StreamRow>`select e.seq, e.xid, e.type, e.document_type, e.document_id from kernel.event e
                    where e.org_id = ${orgId} and ${condition} order by e.xid, e.seq limit ${atMost}`.execute(tx),
  )
  return rows
}

function parsePosition(header: string | string[] | undefined): FeedPosition | undefined {
  const match = /^(\d{1,19})\.(\d{1,15})$/.exec(String(header ?? ''))
  return match === null ? undefined : { xid: match[1] as string, seq: Number(match[2]) }
}

function headersOf(headers: Record<string, unknown>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]))
}
