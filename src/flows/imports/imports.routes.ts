import { Type } from 'typebox'
import type { RouteCall } from '../../kernel/http/index.ts'
import { commandRoute, customRoute, fileRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { parse } from '../../kernel/parse.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { courierListRoute } from './courier-list.ts'
import { BadRows, readBadRows, reportCsv } from './bad-rows.ts'
import { changeImport, importFile, queueImport, runImport } from './import-file.ts'
import { getImport, ImportRun, Kind, listImports } from './import-run.ts'
import { ImportEdits, ImportSettings } from './import-settings.ts'
import { importers } from './importers.ts'
import { noFile } from './imports.errors.ts'
import { openingRoutes } from './opening/openings.routes.ts'
import { deleteMapping, listMappings, saveMapping } from './mappings.ts'
import { previewUndo, undoImport, UndoPreview } from './undo-import.ts'

const tag = 'Imports'

const Upload = exactly({
  kind: Type.Optional(Type.Enum([...importers.keys()])),
  format: Type.Optional(Type.String({ maxLength: 40 })),
  preview: Type.Optional(Type.Boolean()),
  skip_bad: Type.Optional(Type.Boolean()),
  encoding: Type.Optional(Type.String({ maxLength: 40 })),
  /** Code of the channel that the orders of a platform's file belong to. */
  channel: Type.Optional(Type.String({ maxLength: 40 })),
})

async function upload(call: RouteCall): Promise<unknown> {
  const { kind, format, preview = false, skip_bad = false, encoding, channel } = parse(Upload, call.input)
  const part = call.request.isMultipart() ? await call.request.file() : undefined
  if (part === undefined) throw noFile()
  const content = await part.toBuffer()
  const settings = channel === undefined ? {} : { constants: { channel } }
  const file = { fileName: part.filename, content }
  return importFile(call.system, call.ctx, { kind, format, encoding, settings, preview, skipBad: skip_bad, ...file })
}

const Reading = exactly({
  import_id: Uuid,
  kind: Type.Optional(Kind),
  format: Type.Optional(Type.String({ maxLength: 40 })),
  settings: Type.Optional(ImportSettings),
  edits: Type.Optional(ImportEdits),
  reset_edits: Type.Optional(Type.Boolean()),
})

function changeReadingOf({ system, ctx, input }: RouteCall): Promise<unknown> {
  const { import_id: importId, reset_edits: resetEdits, ...reading } = parse(Reading, input)
  return changeImport(system, ctx, { importId, resetEdits, ...reading })
}

const Format = exactly({
  kind: Kind,
  name: Type.String(),
  summary: Type.String(),
  /** Headers are another system's; its columns cannot be mapped. */
  foreign: Type.Boolean(),
  columns: Type.Array(exactly({ name: Type.String(), required: Type.Boolean(), about: Type.String() })),
})

function listFormats(): { data: unknown[] } {
  const formats = [...importers.values()].flatMap((byName) => [...byName.values()])
  return {
    data: formats.map(({ kind, name, summary, foreign = false, columns }) => ({
      kind,
      name,
      summary,
      foreign,
      columns: columns.map((column) => ({ name: column.label ?? column.name, required: column.required === true, about: column.about })),
    })),
  }
}

const byId = exactly({ import_id: Uuid })

/** Files in over HTTP: upload (with or without writing at once), look, write what was previewed. */
export const importRoutes: Route[] = [
  courierListRoute,
  customRoute({
    method: 'POST',
    path: '/v1/imports',
    tag,
    name: 'imports.import_file',
    summary: 'Upload a file: check it, and write it unless preview is true',
    permission: 'imports.run',
    input: Upload,
    output: ImportRun,
    body: 'multipart',
    errors: ['imports.unknown_format', 'imports.file_too_large', 'imports.already_imported', 'imports.no_file'],
    run: upload,
  }),
  queryRoute(listImports, { path: '/v1/imports', tag }),
  queryRoute(getImport, { path: '/v1/imports/:import_id', tag }),
  customRoute({
    method: 'POST',
    path: '/v1/imports/:import_id/run',
    tag,
    name: 'imports.run_import',
    summary: 'Write a file that was previewed',
    permission: 'imports.run',
    status: 200,
    input: exactly({
      import_id: Uuid,
      skip_bad: Type.Optional(Type.Boolean()),
      encoding: Type.Optional(Type.String({ maxLength: 40 })),
      background: Type.Optional(Type.Boolean({ description: 'a worker writes it; the answer comes at once, with status queued' })),
    }),
    output: ImportRun,
    errors: ['imports.not_found', 'imports.not_previewed', 'imports.already_imported'],
    run: ({ system, ctx, input }) =>
      (input['background'] === true ? queueImport : runImport)(system, ctx, {
        importId: String(input['import_id']),
        skipBad: input['skip_bad'] === true,
        encoding: input['encoding'] as string | undefined,
      }),
  }),
  customRoute({
    method: 'PATCH',
    path: '/v1/imports/:import_id',
    tag,
    name: 'imports.change_import',
    summary: 'Read a previewed file in another way, or with cells corrected',
    permission: 'imports.run',
    input: Reading,
    output: ImportRun,
    errors: ['imports.not_found', 'imports.not_previewed', 'imports.unknown_format'],
    run: changeReadingOf,
  }),
  customRoute({
    method: 'GET',
    path: '/v1/imports/:import_id/rows',
    tag,
    name: 'imports.list_bad_rows',
    summary: 'Rows of a previewed file that have problems or were corrected',
    permission: 'imports.read',
    input: byId,
    output: BadRows,
    errors: ['imports.not_found'],
    run: ({ system, ctx, input }) => readBadRows(system, ctx, parse(byId, input).import_id),
  }),
  fileRoute({
    path: '/v1/imports/:import_id/report',
    tag,
    name: 'imports.download_report',
    summary: 'Download the report of an import as CSV',
    permission: 'imports.read',
    input: byId,
    contentTypes: ['text/csv'],
    errors: ['imports.not_found'],
    file: async ({ system, ctx, input }) => ({
      content: await reportCsv(system, ctx, String(input['import_id'])),
      contentType: 'text/csv; charset=utf-8',
      fileName: 'import-report.csv',
    }),
  }),
  customRoute({
    method: 'GET',
    path: '/v1/imports/:import_id/undo',
    tag,
    name: 'imports.preview_undo',
    summary: 'What undoing an import would do, and what stands in its way',
    permission: 'imports.run',
    input: byId,
    output: UndoPreview,
    errors: ['imports.not_found'],
    run: ({ system, ctx, input }) => previewUndo(system, ctx, parse(byId, input).import_id),
  }),
  customRoute({
    method: 'POST',
    path: '/v1/imports/:import_id/undo',
    tag,
    name: 'imports.undo_import',
    summary: 'Cancel orders, reverse receipts and archive items that an import made',
    permission: 'imports.run',
    status: 200,
    input: byId,
    output: ImportRun,
    errors: ['imports.not_found', 'imports.cannot_undo'],
    run: ({ system, ctx, input }) => undoImport(system, ctx, parse(byId, input).import_id),
  }),
  customRoute({
    method: 'GET',
    path: '/v1/import-formats',
    tag,
    name: 'imports.list_formats',
    summary: 'Formats that are read, with their columns',
    permission: 'imports.read',
    input: exactly({}),
    output: exactly({ data: Type.Array(Format) }),
    run: () => Promise.resolve(listFormats()),
  }),
  queryRoute(listMappings, { path: '/v1/import-mappings', tag }),
  commandRoute(saveMapping, { method: 'PUT', path: '/v1/import-mappings', tag }),
  commandRoute(deleteMapping, { method: 'DELETE', path: '/v1/import-mappings/:mapping_id', tag }),
  ...openingRoutes,
]
