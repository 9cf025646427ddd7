import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { DomainError, forbidden, notFound } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import { runCommand, runQuery, type System } from '../../kernel/runner.ts'
import { BadFile } from './bad-file.ts'
import type { ImportFormat, ImportJob, ImportKind } from './import-format.ts'
import { ImportReport } from './import-report.ts'
import {
  beginImport,
  changeReading,
  finishImport,
  getImport,
  type ImportRun,
  noteMade,
  noteProgress,
  takeFile,
  takeQueued,
} from './import-run.ts'
import { headerKey, type ImportEdits, type ImportSettings } from './import-settings.ts'
import { DEFAULT_FORMAT, importers, recognizeFormat } from './importers.ts'
import { unknownFormat } from './imports.errors.ts'
import { openTable, TABLE_LIMITS } from './read-table.ts'

/** A file to take in. */
export interface ImportRequest {
  /** What the file holds; told by its headers when left out. */
  kind?: string | undefined
  /** Name of the format; our own when left out and `kind` is given. */
  format?: string | undefined
  settings?: ImportSettings | undefined
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
  if (request.content.length > TABLE_LIMITS.bytes) {
    throw new DomainError(
      'invalid',
      'imports.file_too_large',
      `The file is larger than ${TABLE_LIMITS.bytes / 1024 / 1024} MB; split it into several files, each with the header row.`,
    )
  }
  const importId = newId()
  const settings = { ...(request.encoding === undefined ? {} : { encoding: request.encoding }), ...request.settings }
  const format =
    request.kind === undefined ? await recognize(request.content, settings) : findFormat(request.kind, request.format ?? DEFAULT_FORMAT)
  await runCommand(system, ctx, takeFile, {
    import_id: importId,
    kind: format.kind,
    format: format.name,
    file_name: cleanName(request.fileName),
    content: request.content,
    sha256: createHash('sha256').update(request.content).digest(),
    skip_bad: request.skipBad,
    settings,
    status: request.preview ? 'previewed' : 'running',
  })
  const job = jobOf(system, ctx, { importId, ...request, settings, edits: {} })
  return work(format, job, { preview: request.preview })
}

/** The format a file is known by; our own orders when it is not known, for a person to correct. */
async function recognize(content: Uint8Array, settings: ImportSettings): Promise<ImportFormat> {
  const marks = [
    undefined,
    ...[...importers.values()].flatMap((formats) => [...formats.values()].map((format) => format.layout?.headerMark)),
  ]
  for (const headerMark of new Set(marks)) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- at most a handful of layouts, tried in turn
      const { header } = await openTable(content, settings.encoding ?? null, { headerMark, sheet: settings.sheet })
      const format = recognizeFormat(header.map(headerKey))
      if (format !== null) return format
    } catch (error) {
      // A file that cannot be read has no format; the preview says why.
      if (!(error instanceof BadFile)) throw error
    }
  }
  return findFormat('orders', DEFAULT_FORMAT)
}

interface RunRequest {
  importId: string
  skipBad: boolean
  encoding?: string | undefined
  onProgress?: (rowsDone: number) => void
}

/**
 * Writes a file that was previewed. It is read and checked again, because the world may have moved on since.
 * @throws `imports.not_found`, `imports.not_previewed` (conflict), `imports.already_imported` (conflict), `kernel.forbidden`
 */
export async function runImport(system: System, ctx: Context, request: RunRequest): Promise<ImportRun> {
  await runCommand(system, ctx, beginImport, { import_id: request.importId, skip_bad: request.skipBad })
  return writeStored(system, ctx, request)
}

/** The job that writes queued imports. */
export const WRITE_FILE_JOB = 'imports.write_file'

const PERMISSIONS: Readonly<Record<string, string>> = { orders: 'orders.place', items: 'catalog.write', stock: 'warehouse.receive' }

/**
 * Hands a previewed file to a worker and answers at once; where no worker is, it is written at once. The job runs in the name of who asked.
 * @throws as {@link runImport}
 */
export async function queueImport(system: System, ctx: Context, request: RunRequest): Promise<ImportRun> {
  if (system.queue === undefined) return runImport(system, ctx, request)
  const { kind } = await readRun(system, ctx, request.importId)
  const needed = PERMISSIONS[kind] ?? 'imports.run'
  if (!ctx.may(needed)) throw forbidden(needed)
  await runCommand(system, ctx, beginImport, { import_id: request.importId, skip_bad: request.skipBad, queued: true })
  // A process that ends between the two leaves the import queued; the upkeep job finds it there.
  await queueWriting(system, ctx, request.importId)
  return readRun(system, ctx, request.importId)
}

/** Puts the writing of a queued import into the queue of jobs. */
export async function queueWriting(system: System, ctx: Context, importId: string): Promise<void> {
  const data = { org_id: ctx.orgId, import_id: importId, actor: ctx.actor }
  await inTransaction(system.database, ctx.orgId, async (tx) => system.queue?.(tx, WRITE_FILE_JOB, data))
}

/** Writes a queued import, unless another worker has it. Safe to repeat: each piece has its own key, and what is there already is not written twice. */
export async function writeQueued(system: System, ctx: Context, importId: string): Promise<void> {
  const { taken } = await runCommand(system, ctx, takeQueued, { import_id: importId })
  if (!taken) return
  const { skip_bad } = await readRun(system, ctx, importId)
  await writeStored(system, ctx, { importId, skipBad: skip_bad, resumes: true })
}

/** How a previewed file is to be read from now on. */
export interface Reading {
  importId: string
  kind?: string | undefined
  format?: string | undefined
  settings?: ImportSettings | undefined
  edits?: ImportEdits | undefined
  resetEdits?: boolean | undefined
}

/**
 * Reads a previewed file in another way, or with cells corrected, and answers the new preview.
 * @throws `imports.not_found`, `imports.not_previewed` (conflict), `imports.unknown_format`, `kernel.forbidden`
 */
export async function changeImport(system: System, ctx: Context, reading: Reading): Promise<ImportRun> {
  const { kind, format, settings, edits, resetEdits: reset_edits } = reading
  if (kind !== undefined) findFormat(kind, format ?? DEFAULT_FORMAT)
  const changes = { kind, format: kind === undefined ? format : (format ?? DEFAULT_FORMAT), settings, edits, reset_edits }
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  await runCommand(system, ctx, changeReading, { import_id: reading.importId, ...given })
  const stored = await readStored(system, ctx, reading.importId)
  const job = jobOf(system, ctx, { importId: reading.importId, skipBad: false, ...stored })
  return work(findFormat(stored.kind, stored.format), job, { preview: true })
}

interface StoredFile {
  kind: string
  format: string
  fileName: string
  content: Buffer
  settings: ImportSettings
  edits: ImportEdits
}

/** The bytes of an import that has not ended, and how they are read. */
export async function readStored(system: Pick<System, 'database'>, ctx: Context, importId: string): Promise<StoredFile> {
  const stored = await readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<StoredFile>`
      select r.kind, r.format, r.file_name as "fileName", r.settings, r.edits, f.content
        from imports.import_run r join imports.import_file f on f.org_id = r.org_id and f.run_id = r.id
       where r.org_id = ${ctx.orgId} and r.id = ${importId}`.execute(tx)
    return rows[0]
  })
  if (stored === undefined) throw notFound('imports.import', importId)
  return stored
}

async function writeStored(system: System, ctx: Context, request: RunRequest & { resumes?: boolean }): Promise<ImportRun> {
  const stored = await readStored(system, ctx, request.importId)
  const { resumes = false } = request
  return work(findFormat(stored.kind, stored.format), jobOf(system, ctx, { ...request, ...stored }), { resumes })
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
  settings: ImportSettings
  edits: ImportEdits
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
    settings: input.settings,
    edits: input.edits,
    report: new ImportReport(),
    async progress(rowsDone) {
      input.onProgress?.(rowsDone)
      const now = ctx.clock.now().getTime()
      // About once a second is enough for a screen; the report has the final count.
      if (now - noted < 1000) return
      noted = now
      await runCommand(system, ctx, noteProgress, { import_id: input.importId, rows_done: rowsDone })
    },
    async made(type, ids) {
      if (ids.length > 0) await runCommand(system, ctx, noteMade, { import_id: input.importId, document_type: type, ids: [...ids] })
    },
  }
}

/** How often a process that works on an import says that it lives, in milliseconds. */
const HEARTBEAT_MS = 15_000

/** Says while `run` works that this process lives. A failure to say so is met by the next time. */
async function withHeartbeat(job: ImportJob, run: () => Promise<void>): Promise<void> {
  const beat = setInterval(() => {
    const input = { import_id: job.importId, rows_done: job.report.rowsDone }
    runCommand(job.system, job.ctx, noteProgress, input).catch((error: unknown) =>
      job.ctx.log.warn({ import_id: job.importId, reason: String(error) }, 'an import could not say that it is being worked on'),
    )
  }, HEARTBEAT_MS)
  beat.unref()
  try {
    await run()
  } finally {
    clearInterval(beat)
  }
}

interface Way {
  preview?: boolean
  /** A worker goes on with it later when the database is away: nothing is reported then, and its silence is noticed. */
  resumes?: boolean
}

async function work(format: ImportFormat, job: ImportJob, { preview = false, resumes = false }: Way): Promise<ImportRun> {
  const { report, system, ctx } = job
  let failure: unknown = null
  try {
    await withHeartbeat(job, async () => {
      const prepared = await format.prepare(job)
      if (!preview && !report.isBroken && (report.rowsBad === 0 || job.skipBad)) await prepared.write()
    })
  } catch (error) {
    if (resumes && error instanceof DomainError && error.kind === 'unavailable') throw error
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
