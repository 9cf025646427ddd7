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

interface ListsBulkItem {
  code: string | null
  document_id: string
  message: string | null
  org_id: number
  outcome: string | null
  place: number
  run_id: string
  /** What the inverse must know of this document; none where there is nothing to take back. */
  undo: Json | null
}

interface ListsBulkRun {
  action: string
  actor_id: string | null
  actor_kind: string
  created_at: Timestamp
  done_count: Generated<number>
  finished_at: Timestamp | null
  /** Moved with every piece; an old one means that the process is gone and another may go on. */
  heartbeat_at: Timestamp
  id: string
  list: string
  options: Generated<Json>
  org_id: number
  refused_count: Generated<number>
  status: string
  total: number
  /** The run that this one takes back; a run is taken back once. */
  undoes_id: string | null
}

interface ListsExportPart {
  content: Buffer
  export_id: string
  org_id: number
  place: number
}

interface ListsExportRun {
  actor_id: string | null
  actor_kind: string
  byte_count: Generated<number>
  created_at: Timestamp
  /** Rows that were counted when it was asked for; an estimate for large lists. */
  expected: number
  filters: Generated<Json>
  finished_at: Timestamp | null
  format: string
  /** Moved with every part; an old one means that the process is gone and another begins anew. */
  heartbeat_at: Timestamp
  id: string
  list: string
  org_id: number
  part_count: Generated<number>
  problem: string | null
  row_count: Generated<number>
  status: string
}

interface ListsPreference {
  density: string
  hidden: Generated<Json>
  list: string
  org_id: number
  user_id: string
}

interface ListsSavedView {
  created_at: Timestamp
  /** Parameters of the list's address, text by name. */
  filters: Json
  id: string
  is_shared: boolean
  list: string
  name: string
  org_id: number
  owner_id: string
}

export interface ListsTables {
  'lists.bulk_item': ListsBulkItem
  'lists.bulk_run': ListsBulkRun
  'lists.export_part': ListsExportPart
  'lists.export_run': ListsExportRun
  'lists.preference': ListsPreference
  'lists.saved_view': ListsSavedView
}
