import { Type } from 'typebox'
import type { RouteCall } from '../../kernel/http/index.ts'
import { customRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { parse } from '../../kernel/parse.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { importFile, runImport } from './import-file.ts'
import { getImport, ImportRun, listImports } from './import-run.ts'
import { importers } from './importers.ts'
import { noFile } from './imports.errors.ts'

const tag = 'Imports'

const Upload = exactly({
  kind: Type.Enum([...importers.keys()]),
  format: Type.Optional(Type.String({ maxLength: 40 })),
  preview: Type.Optional(Type.Boolean()),
  skip_bad: Type.Optional(Type.Boolean()),
  encoding: Type.Optional(Type.String({ maxLength: 40 })),
})

async function upload(call: RouteCall): Promise<unknown> {
  const { kind, format, preview = false, skip_bad = false, encoding } = parse(Upload, call.input)
  const part = call.request.isMultipart() ? await call.request.file() : undefined
  if (part === undefined) throw noFile()
  const content = await part.toBuffer()
  return importFile(call.system, call.ctx, { kind, format, encoding, preview, skipBad: skip_bad, fileName: part.filename, content })
}

/** Files in over HTTP: upload (with or without writing at once), look, write what was previewed. */
export const importRoutes: Route[] = [
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
    input: exactly({ import_id: Uuid, skip_bad: Type.Optional(Type.Boolean()), encoding: Type.Optional(Type.String({ maxLength: 40 })) }),
    output: ImportRun,
    errors: ['imports.not_found', 'imports.not_previewed'],
    run: ({ system, ctx, input }) =>
      runImport(system, ctx, {
        importId: String(input['import_id']),
        skipBad: input['skip_bad'] === true,
        encoding: input['encoding'] as string | undefined,
      }),
  }),
]
