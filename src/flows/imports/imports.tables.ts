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

interface ImportsImportFile {
  content: Buffer
  org_id: number
  run_id: string
}

interface ImportsImportRun {
  created_at: Timestamp
  created_by: string | null
  file_bytes: number
  file_name: string
  file_sha256: Buffer
  finished_at: Timestamp | null
  format: string
  id: string
  kind: string
  org_id: number
  report: Generated<Json>
  rows_bad: Generated<number>
  rows_done: Generated<number>
  rows_total: Generated<number>
  skip_bad: Generated<boolean>
  status: string
}

export interface ImportsTables {
  'imports.import_file': ImportsImportFile
  'imports.import_run': ImportsImportRun
}
