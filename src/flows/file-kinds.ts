import type { Context } from '../kernel/context.ts'
import type { System } from '../kernel/runner.ts'
import { exporters as exportersByKind, streamExport } from './exports/index.ts'

/** What an import of a file found and did. */
export interface ImportReport {
  rows_total: number
  rows_done: number
  rows_bad: number
  problems: readonly { row: number; column: string | null; code: string; message: string; fix?: string; value?: string | null }[]
  [more: string]: unknown
}

/** A file to take in. `preview` writes nothing; `skipBad` takes the good rows in spite of bad ones. */
export interface ImportCall {
  system: System
  ctx: Context
  path: string
  format: string | undefined
  preview: boolean
  skipBad: boolean
  onProgress?: (done: number, total: number) => void
}

/** Takes in one kind of file. */
export type Importer = (call: ImportCall) => Promise<ImportReport>

/** Writes one kind in one format, piece by piece. */
export type Exporter = (call: { system: System; ctx: Context }) => AsyncIterable<string | Uint8Array>

/** Kinds that `tefter import` and `POST /v1/imports` take. */
export const importers: ReadonlyMap<string, Importer> = new Map<string, Importer>([])

/** Kinds that `tefter export` and `GET /v1/exports` write, by format; the first format is the default. */
export const exporters: ReadonlyMap<string, ReadonlyMap<string, Exporter>> = new Map(
  [...exportersByKind].map(([kind, formats]) => [
    kind,
    new Map([...formats].map(([format, exporter]): [string, Exporter] => [format, ({ system, ctx }) => streamExport(system.database, ctx, exporter)])),
  ]),
)
