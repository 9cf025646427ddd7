import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Context } from './context.ts'
import { rowsOf, type Tx } from './database.ts'

/** News of one changed document: past tense, changed fields only, ids, numbers and codes. */
export interface NewEvent {
  /** `room.something_happened` */
  type: string
  documentType: string
  documentId: string
  payload: Record<string, unknown>
  /** Names, addresses and the like: kept beside the event, where they can be erased. */
  personal?: Record<string, unknown>
  /** For handlers in the same transaction only; not stored. */
  news?: unknown
}

/** What a handler in the same transaction gets. */
export interface HandlerRun {
  tx: Tx
  ctx: Context
  now: Date
  commandId: string
  newId(): string
  /** Events a handler adds are stored, but reach no further handler. */
  emit(event: NewEvent): void
}

/** Hears all events of one type that a command raised, once, before the commit. */
export type SyncHandler = (run: HandlerRun, events: readonly NewEvent[]) => Promise<void>

/** Who hears what in the same transaction. Filled at start by flows; one handler an event type. */
export type SyncHandlers = ReadonlyMap<string, SyncHandler>

/** Appends a command's events in one statement (two when personal values are among them). */
export async function appendEvents(
  tx: Tx,
  ctx: Context,
  command: { id: string; name: string; now: Date },
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event, index) => {
    const personal = event.personal === undefined ? null : sealPersonal(event.personal)
    return {
      ordinal: index + 1,
      type: event.type,
      document_type: event.documentType,
      document_id: event.documentId,
      payload: event.payload,
      salt: personal?.salt ?? null,
      personal: event.personal ?? null,
      personal_digest: personal?.digest ?? null,
    }
  })
  const source = rowsOf(
    rows,
    {
      ordinal: 'integer',
      type: 'text',
      document_type: 'text',
      document_id: 'uuid',
      payload: 'jsonb',
      salt: 'bytea',
      personal: 'jsonb',
      personal_digest: 'bytea',
    },
    'e',
  )
  const insertEvents = sql`
    insert into kernel.event (org_id, recorded_at, command_id, command, ordinal, of_events, request_id, actor_kind, actor_id, type, document_type, document_id, payload, personal_digest)
    select ${ctx.orgId}, ${command.now}, ${command.id}::uuid, ${command.name}, e.ordinal, ${events.length}, ${ctx.requestId}, ${ctx.actor.kind}, ${ctx.actor.id}::uuid, e.type, e.document_type, e.document_id, e.payload, e.personal_digest
      from ${source} order by e.ordinal`
  if (rows.every((row) => row.personal === null)) {
    await insertEvents.execute(tx)
    return
  }
  await sql`
    with written as (${insertEvents} returning seq, ordinal)
    insert into kernel.event_personal (org_id, event_seq, salt, personal)
    select ${ctx.orgId}, written.seq, p.salt, p.personal
      from written join ${rowsOf(
        rows.filter((row) => row.personal !== null),
        { ordinal: 'integer', salt: 'bytea', personal: 'jsonb' },
        'p',
      )} using (ordinal)`.execute(tx)
}

/** Salt and digest of personal values: sha256(salt || JSON text with sorted keys). The digest stays when the values are erased. */
export function sealPersonal(personal: Record<string, unknown>, salt: Buffer = randomBytes(16)): { salt: Buffer; digest: Buffer } {
  return { salt, digest: createHash('sha256').update(salt).update(stableJson(personal)).digest() }
}

/** JSON text with object keys in order, so that equal values have equal text. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
