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
  /** What came while older events were still being read; undefined once those are sent. */
  waiting: StreamRow[] | undefined
}

/** Live updates as server-sent events: what was committed in the caller's organization and the caller may read. */
export function registerEventStream(app: FastifyInstance, runtime: Runtime): void {
  const subscribers = new Set<Subscriber>()
  const unlisten = runtime.reader.listen((entries) => broadcast(runtime, subscribers, entries))
  const heartbeat = setInterval(() => {
    for (const { response, waiting } of subscribers) if (waiting === undefined) response.write(': still here\n\n')
  }, HEARTBEAT_MS)
  heartbeat.unref()
  app.addHook('preClose', (done) => {
    unlisten()
    clearInterval(heartbeat)
    for (const { response } of subscribers) response.end(() => response.socket?.destroy())
    done()
  })
  app.get('/v1/events/stream', { schema: description }, async (request, reply) => {
    const ctx = await authenticate(runtime, request, reply)
    if (subscribers.size >= MAX_STREAMS)
      throw new DomainError('unavailable', 'kernel.too_many_streams', 'Too many live connections just now. Try again in a moment.')
    // Listening begins before the past is read, so that nothing falls between the two.
    const subscriber: Subscriber = { ctx, response: reply.raw, waiting: [] }
    subscribers.add(subscriber)
    reply.raw.on('close', () => subscribers.delete(subscriber))
    let missed: StreamRow[] | 'too many'
    try {
      missed = await readMissed(runtime, ctx, request)
    } catch (error) {
      subscribers.delete(subscriber)
      throw error
    }
    reply.hijack()
    reply.raw.writeHead(200, {
      ...headersOf(reply.getHeaders()),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    reply.raw.write('retry: 2000\n\n')
    begin(subscriber, missed)
  })
}

const description = {
  operationId: 'kernel.stream_events',
  tags: ['events'],
  summary: 'Live updates as server-sent events',
  description:
    "Each message has the event's type, an id to resume from by Last-Event-ID, and {seq, type, document_type, document_id}. `event: reload` says that too much was missed.",
  response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: { type: 'string' } } } } },
}

/** Whether a caller may hear of an event: whoever may read its room. */
function mayHear(ctx: Context, type: string): boolean {
  return ctx.may(`${type.slice(0, type.indexOf('.'))}.read`)
}

/** Sends what was missed, then what came meanwhile and was not among it. */
function begin(subscriber: Subscriber, missed: StreamRow[] | 'too many'): void {
  const meanwhile = subscriber.waiting ?? []
  subscriber.waiting = undefined
  if (missed === 'too many') subscriber.response.write('event: reload\ndata: {}\n\n')
  else for (const row of missed) send(subscriber, row)
  const sent = new Set(missed === 'too many' ? [] : missed.map(({ seq }) => seq))
  for (const row of meanwhile) if (!sent.has(row.seq)) send(subscriber, row)
}

function send(subscriber: Subscriber, row: StreamRow): void {
  const { ctx, response, waiting } = subscriber
  if (!mayHear(ctx, row.type)) return
  if (waiting !== undefined) return void waiting.push(row)
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
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  )
}
