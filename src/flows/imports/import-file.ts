import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { DomainError, forbidden, notFound } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import { runCommand, runQuery, type System } from '../../kernel/runner.ts'
import { BadFile } from './bad-file.ts'
import type { ImportFormat, ImportJob, ImportKind } from './import-format.ts'
import { ImportReport } from './import-report.ts'
import { beginImport, finishImport, getImport, type ImportRun, noteProgress, takeFile } from './import-run.ts'
import { DEFAULT_FORMAT, importers } from './importers.ts'
import { unknownFormat } from './imports.errors.ts'
import { TABLE_LIMITS } from './read-table.ts'

/** A file to take in. */
export interface ImportRequest {
  kind: string
  /** Name of the format; our own when left out. */
  format?: string | undefined
  fileName: string
  content: Uint8Array
  /** Stated encoding; found out when left out. */
  encoding?: string | undefined
  /** Only read and report; `runImport` writes later. */
  preview: boolean
  /** Write the good rows although others are bad. Never overrides a file that is broken as a whole. */
  skipBad: boolean
  onProgress?: ((rowsDone: number) => void) | undefined
}

/**
 * Takes a file in: reads and checks all of it, then, unless it is a preview, writes it — everything, or nothing when a row is bad and
 * `skipBad` is not set. Bad rows are no error: they stand in the answer's report.
 *
 * @throws `kernel.forbidden`, `imports.unknown_format`, `imports.file_too_large` (invalid), `imports.already_imported` (conflict)
 */
export async function importFile(system: System, ctx: Context, request: ImportRequest): Promise<ImportRun> {
  if (!ctx.may('imports.run')) throw forbidden('imports.run')
  const format = findFormat(request.kind, request.format ?? DEFAULT_FORMAT)
  if (request.content.length > TABLE_LIMITS.bytes) {
    throw new DomainError(
      'invalid',
      'imports.file_too_large',
      `The file is larger than ${TABLE_LIMITS.bytes / 1024 / 1024} MB; split it into several files, each with the header row.`,
    )
  }
  const importId = newId()
  await runCommand(system, ctx, takeFile, {
    import_id: importId,
    kind: format.kind,
    format: format.name,
    file_name: cleanName(request.fileName),
    content: request.content,
    sha256: createHash('sha256').update(request.content).digest(),
    skip_bad: request.skipBad,
    status: request.preview ? 'previewed' : 'running',
  })
  const job = jobOf(system, ctx, { importId, ...request })
  return work(format, job, request.preview)
}

/**
 * Writes a file that was previewed. It is read and checked again, because the world may have moved on since.
 * @throws `imports.not_found`, `imports.not_previewed` (conflict), `kernel.forbidden`
 */
export async function runImport(
  system: System,
  ctx: Context,
  request: { importId: string; skipBad: boolean; encoding?: string | undefined; onProgress?: (rowsDone: number) => void },
): Promise<ImportRun> {
  await runCommand(system, ctx, beginImport, { import_id: request.importId, skip_bad: request.skipBad })
  const stored = await readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{ kind: string; format: string; file_name: string; content: Buffer }>`
      select r.kind, r.format, r.file_name, f.content from imports.import_run r join imports.import_file f on f.org_id = r.org_id and f.run_id = r.id
       where r.org_id = ${ctx.orgId} and r.id = ${request.importId}`.execute(tx)
    return rows[0]
  })
  if (stored === undefined) throw notFound('imports.import', request.importId)
  const job = jobOf(system, ctx, { ...request, fileName: stored.file_name, content: stored.content })
  return work(findFormat(stored.kind, stored.format), job, false)
}

function findFormat(kind: string, name: string): ImportFormat {
  const format = importers.get(kind as ImportKind)?.get(name)
  if (format !== undefined) return format
  const known = [...importers.values()].flatMap((formats) => [...formats.values()].map((known) => `${known.kind} ${known.name}`))
  throw unknownFormat(kind, name, known)
}

interface JobInput {
  importId: string
  fileName: string
  content: Uint8Array
  encoding?: string | undefined
  skipBad: boolean
  onProgress?: ((rowsDone: number) => void) | undefined
}

function jobOf(system: System, ctx: Context, input: JobInput): ImportJob {
  let noted = 0
  return {
    system,
    ctx,
    importId: input.importId,
    fileName: input.fileName,
    content: input.content,
    skipBad: input.skipBad,
    encoding: input.encoding ?? null,
    report: new ImportReport(),
    async progress(rowsDone) {
      input.onProgress?.(rowsDone)
      const now = ctx.clock.now().getTime()
      // About once a second is enough for a screen; the report has the final count.
      if (now - noted < 1000) return
      noted = now
      await runCommand(system, ctx, noteProgress, { import_id: input.importId, rows_done: rowsDone })
    },
  }
}

async function work(format: ImportFormat, job: ImportJob, preview: boolean): Promise<ImportRun> {
  const { report, system, ctx } = job
  let failure: unknown = null
  try {
    const prepared = await format.prepare(job)
    if (!preview && !report.isBroken && (report.rowsBad === 0 || job.skipBad)) await prepared.write()
  } catch (error) {
    if (error instanceof BadFile) report.breakOff({ row: error.row, code: error.code, message: error.message, fix: error.fix })
    else {
      failure = error
      const code = error instanceof DomainError ? error.code : 'imports.interrupted'
      const message = error instanceof DomainError ? error.message : 'The import stopped on an error that is not in the file'
      report.breakOff({ row: null, code, message, fix: 'try again once that is settled; rows counted as done are written' })
    }
  }
  if (!report.isBroken && report.rowsTotal === 0) {
    report.breakOff({
      row: null,
      code: 'file.empty',
      message: 'The file has a header but no rows',
      fix: 'add at least one row below the header',
    })
  }
  const refused = report.isBroken || (report.rowsBad > 0 && !job.skipBad)
  await runCommand(system, ctx, finishImport, {
    import_id: job.importId,
    status: preview ? 'previewed' : refused ? 'failed' : 'done',
    report: report.summary(),
  })
  if (failure !== null) throw failure
  return readRun(system, ctx, job.importId)
}

/** The answer to who ran it, who may see it whether or not he may list imports. */
function readRun(system: System, ctx: Context, importId: string): Promise<ImportRun> {
  return runQuery(system, { ...ctx, may: () => true }, getImport, { import_id: importId })
}

/** A file's name without folders and control characters. */
function cleanName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? ''
  return base.replaceAll(/\p{Cc}/gu, '').slice(0, 300) || 'file.csv'
}
