// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Json = JsonValue

type JsonArray = JsonValue[]

type JsonObject = {
  [x: string]: JsonValue | undefined
}

type JsonPrimitive = boolean | number | string | null

type JsonValue = JsonArray | JsonObject | JsonPrimitive

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface KernelCounter {
  last: Generated<number>
  name: string
  org_id: number
}

interface KernelEvent {
  actor_id: string | null
  actor_kind: string
  command: string
  command_id: string
  document_id: string
  document_type: string
  of_events: number
  /** Place of this event among the of_events that its command raised: a deleted row leaves a gap. */
  ordinal: number
  org_id: number
  payload: Json
  /** sha256(salt || personal values) of the side record; the values themselves can be erased, the digest stays. */
  personal_digest: Buffer | null
  recorded_at: Timestamp
  request_id: string | null
  seq: Generated<number>
  type: string
  version: Generated<number>
  /** Transaction that wrote the row: readers go by (xid, seq) below pg_snapshot_xmin, because sequence order is not commit order. */
  xid: Generated<string>
}

interface KernelEventCursor {
  consumer: string
  /** The process that delivers to this consumer until leased_until; another takes over when it stops renewing. */
  leased_by: string | null
  leased_until: Timestamp | null
  moved_at: Generated<Timestamp>
  seq: number
  xid: string
}

interface KernelEventFailure {
  attempts: Generated<number>
  consumer: string
  event_seq: number
  first_failed_at: Timestamp
  last_error: string
  org_id: number
  retry_at: Timestamp
}

interface KernelEventPersonal {
  erased_at: Timestamp | null
  event_seq: number
  org_id: number
  personal: Json | null
  salt: Buffer
}

interface KernelIdempotencyKey {
  /** What the command answered, as ids and numbers, without personal values. */
  answer: Json | null
  command: string
  created_at: Timestamp
  key: string
  org_id: number
  request_hash: Buffer
}

interface KernelSeal {
  after_seq: number
  block: number
  chain: string
  digest: Buffer
  last_seq: number
  org_id: number
  row_count: number
  sealed_at: Timestamp
}

interface KernelSealHorizon {
  before_xid: string
  chain: string
  noted_at: Timestamp
  org_id: number
  seq: number
}

export interface KernelTables {
  'kernel.counter': KernelCounter
  'kernel.event': KernelEvent
  'kernel.event_cursor': KernelEventCursor
  'kernel.event_failure': KernelEventFailure
  'kernel.event_personal': KernelEventPersonal
  'kernel.idempotency_key': KernelIdempotencyKey
  'kernel.seal': KernelSeal
  'kernel.seal_horizon': KernelSealHorizon
}
