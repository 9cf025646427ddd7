import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Context } from './context.ts'
import type { Tx } from './database.ts'
import { columnsOf, type Part, writePart } from './statement.ts'

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
  /** As in `CommandRun`. What the command left for later is written before any handler runs. */
  later(part: Part<void>): void
  flush(): Promise<void>
  foresee(eventType: string): Part<void>
}

/** Hears all events of one type that a command raised, once, before the commit. */
export type Hear = (run: HandlerRun, events: readonly NewEvent[]) => Promise<void>

/** A handler; or one that can tell beforehand, along with another read of the command, whether it will have anything to do. */
export type SyncHandler = Hear | { foresee(ctx: Context): Part<boolean>; hear: Hear }

/** Who hears what in the same transaction. Filled at start by flows; one handler an event type. */
export type SyncHandlers = ReadonlyMap<string, SyncHandler>

/** The statement part that appends a command's events, personal values beside them. */
export function appendEvents(ctx: Context, command: { id: string; name: string; now: Date }, events: readonly NewEvent[]): Part<void> {
  const sealed = events.map((event) => (event.personal === undefined ? null : sealPersonal(event.personal)))
  const rows = events.map((event, index) => ({
    type: event.type,
    document_type: event.documentType,
    document_id: event.documentId,
    payload: event.payload,
    salt: sealed[index]?.salt ?? null,
    personal: event.personal ?? null,
    personal_digest: sealed[index]?.digest ?? null,
  }))
  const columns = {
    type: 'text',
    document_type: 'text',
    document_id: 'uuid',
    payload: 'jsonb',
    salt: 'bytea',
    personal: 'jsonb',
    personal_digest: 'bytea',
  } as const
  return writePart(sql`kernel.append_events(p_org => ${ctx.orgId}, p_recorded_at => ${command.now}, p_command_id => ${command.id},
    p_command => ${command.name}, p_request_id => ${ctx.requestId}, p_actor_kind => ${ctx.actor.kind}, p_actor_id => ${ctx.actor.id}, ${columnsOf(rows, columns)})`)
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
