import type { Context } from '../../kernel/context.ts'
import type { System } from '../../kernel/runner.ts'
import type { ImportEdits, ImportSettings } from './import-settings.ts'
import type { ImportReport } from './import-report.ts'
import type { TableLayout } from './read-table.ts'

/** What a file holds. */
export type ImportKind = 'items' | 'orders' | 'stock'

/** A column a format reads. */
export interface ImportColumn {
  name: string
  required?: boolean
  /** The header as another system writes it, where it is not ours. */
  label?: string
  /** What stands in it, for the guide and the template. */
  about: string
}

/** A file on its way in. */
export interface ImportJob {
  system: System
  ctx: Context
  /** Id of the import: commands use it in idempotency keys, so that a repeated run writes nothing twice. */
  importId: string
  content: Uint8Array
  fileName: string
  /** Encoding the user stated; null to find out. */
  encoding: string | null
  skipBad: boolean
  /** Mapping, constants and the like; none reads our own headers. */
  settings?: ImportSettings
  /** Cells corrected in the preview. */
  edits?: ImportEdits
  report: ImportReport
  /** To be called after each piece that was written, with the rows done so far. */
  progress(rowsDone: number): Promise<void>
  /** To be called with what was made, so that the import can be undone. */
  made(type: MadeDocument, ids: readonly string[]): Promise<void>
}

/** What an import can make. */
export type MadeDocument = 'order' | 'goods_receipt' | 'item'

/** A file that was read and checked, ready to be written. */
export interface PreparedImport {
  /**
   * Writes what is good, through commands, and counts `report.rowsDone`. Called only when no row is bad or bad ones are to be skipped.
   * Refusals that appear only now go into the report.
   */
  write(): Promise<void>
}

/** One way of reading one kind of file. `prepare` reads the whole file, checks it against the database and writes nothing. */
export interface ImportFormat {
  kind: ImportKind
  name: string
  summary: string
  columns: readonly ImportColumn[]
  /** Headers by which a file of this format is known, as `headerKey` gives them; none: it is only chosen by hand. */
  recognizedBy?: readonly string[]
  /** Where the table stands in the file. */
  layout?: TableLayout
  /** The headers are another system's: columns cannot be mapped, constants can be given. */
  foreign?: boolean
  prepare(job: ImportJob): Promise<PreparedImport>
}
