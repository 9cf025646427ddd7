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

interface ImportsImportDocument {
  document_id: string
  document_type: string
  org_id: number
  run_id: string
}

interface ImportsImportFile {
  content: Buffer
  org_id: number
  run_id: string
}

interface ImportsImportMapping {
  created_at: Timestamp
  id: string
  kind: string
  name: string
  org_id: number
  settings: Json
  updated_at: Timestamp
}

interface ImportsImportRun {
  created_at: Timestamp
  created_by: string | null
  /** Cells corrected in the preview: row → header → text; a row that is null is left out. The file itself is never changed. */
  edits: Generated<Json>
  file_bytes: number
  file_name: string
  file_sha256: Buffer
  finished_at: Timestamp | null
  format: string
  /** Moved every few seconds while a process works on the import; an old one means that the process is gone. */
  heartbeat_at: Timestamp | null
  id: string
  kind: string
  org_id: number
  report: Generated<Json>
  /** Times another process went on with it after the one that wrote it was gone. */
  resumed: Generated<number>
  rows_bad: Generated<number>
  rows_done: Generated<number>
  rows_total: Generated<number>
  /** How the file is read: encoding, columns by our field, constants, decimal comma, order of dates, sheet. */
  settings: Generated<Json>
  skip_bad: Generated<boolean>
  status: string
}

interface ImportsOpening {
  accepted_at: Timestamp | null
  /** Totals of what the files hold: counts, and amounts in minor units of the base currency. */
  computed: Generated<Json>
  created_at: Timestamp
  created_by: string | null
  file_name: string
  id: string
  org_id: number
  report: Generated<Json>
  settings: Generated<Json>
  /** Totals of the old system as the user entered them. */
  stated: Json | null
  status: string
}

interface ImportsOpeningFile {
  content: Buffer
  opening_id: string
  org_id: number
  part: string
}

export interface ImportsTables {
  'imports.import_document': ImportsImportDocument
  'imports.import_file': ImportsImportFile
  'imports.import_mapping': ImportsImportMapping
  'imports.import_run': ImportsImportRun
  'imports.opening': ImportsOpening
  'imports.opening_file': ImportsOpeningFile
}
