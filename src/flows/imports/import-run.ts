import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand, defineQuery } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { ImportSummary } from './import-report.ts'
import { ImportEdits, ImportSettings } from './import-settings.ts'
import { alreadyImported, notPreviewed } from './imports.errors.ts'
import type { Tx } from '../../kernel/database.ts'

export const Kind = Type.Enum(['items', 'orders', 'stock'])

/** An import as lists show it. */
export const ImportRow = exactly({
  id: Uuid,
  kind: Kind,
  format: Type.String(),
  file_name: Type.String(),
  file_bytes: Type.Integer(),
  status: Type.Enum(['previewed', 'queued', 'running', 'done', 'failed', 'undone']),
  skip_bad: Type.Boolean(),
  rows_total: Type.Integer(),
  rows_done: Type.Integer(),
  rows_bad: Type.Integer(),
  created_at: Type.String(),
  finished_at: nullable(Type.String()),
})
/** An import with its report, how it is read, and the cells corrected in its preview. */
export const ImportRun = exactly({ ...ImportRow.properties, ...ImportSummary.properties, settings: ImportSettings, edits: ImportEdits })
export type ImportRun = Static<typeof ImportRun>

/**
 * Keeps an uploaded file as an import that is previewed or begins to run.
 * @throws `imports.already_imported` (conflict): the same stock file was written before
 */
export const takeFile = defineCommand({
  name: 'imports.take_file',
  permission: 'imports.run',
  summary: 'Keep an uploaded file',
  input: exactly({
    import_id: Uuid,
    kind: Kind,
    format: Type.String({ maxLength: 40 }),
    file_name: Type.String({ maxLength: 300 }),
    content: Type.Unsafe<Uint8Array>({}),
    sha256: Type.Unsafe<Uint8Array>({}),
    skip_bad: Type.Boolean(),
    settings: ImportSettings,
    status: Type.Enum(['previewed', 'running']),
  }),
  output: exactly({ id: Uuid }),
  errors: ['imports.already_imported'],
  async run({ tx, ctx, now, emit }, { import_id, kind, format, file_name, content, sha256, skip_bad, settings, status }) {
    if (kind === 'stock') await refuseTwice(tx, ctx.orgId, import_id, Buffer.from(sha256))
    await sql`
      insert into imports.import_run (org_id, id, kind, format, file_name, file_sha256, file_bytes, status, skip_bad, settings, heartbeat_at, created_at, created_by)
      values (${ctx.orgId}, ${import_id}, ${kind}, ${format}, ${file_name}, ${Buffer.from(sha256)}, ${content.length}, ${status}, ${skip_bad}, ${JSON.stringify(settings)}::jsonb, ${now}, ${now}, ${ctx.actor.id})`.execute(
      tx,
    )
    await sql`insert into imports.import_file (org_id, run_id, content) values (${ctx.orgId}, ${import_id}, ${Buffer.from(content)})`.execute(
      tx,
    )
    emit({
      type: 'imports.file_taken',
      documentType: 'imports.import_run',
      documentId: import_id,
      payload: { kind, format, status, bytes: content.length },
    })
    return { id: import_id }
  },
})

/** Opening stock of the very same file would be counted twice. */
async function refuseTwice(tx: Tx, orgId: number, importId: string, sha256: Buffer): Promise<void> {
  const { rows } = await sql<{ id: string; created_at: Date }>`
    select id, created_at from imports.import_run
     where org_id = ${orgId} and kind = 'stock' and file_sha256 = ${sha256} and id <> ${importId} and status in ('running', 'done') and rows_done > 0
     limit 1`.execute(tx)
  if (rows[0] !== undefined) throw alreadyImported(rows[0].id, rows[0].created_at)
}

/** Locks an import that waits in its preview. */
async function lockPreviewed(tx: Tx, orgId: number, importId: string): Promise<{ kind: string; file_sha256: Buffer }> {
  const { rows } = await sql<{ status: string; kind: string; file_sha256: Buffer }>`
    select status, kind, file_sha256 from imports.import_run where org_id = ${orgId} and id = ${importId} for update`.execute(tx)
  if (rows[0] === undefined) throw notFound('imports.import', importId)
  if (rows[0].status !== 'previewed') throw notPreviewed(rows[0].status)
  return rows[0]
}

/**
 * Marks a previewed import as running, so that nobody else runs it too, or as queued for a worker.
 * @throws `imports.not_found`, `imports.not_previewed` (conflict), `imports.already_imported` (conflict)
 */
export const beginImport = defineCommand({
  name: 'imports.begin_import',
  permission: 'imports.run',
  summary: 'Begin to write a previewed file',
  input: exactly({ import_id: Uuid, skip_bad: Type.Boolean(), queued: Type.Optional(Type.Boolean()) }),
  output: exactly({ id: Uuid }),
  errors: ['imports.not_found', 'imports.not_previewed', 'imports.already_imported'],
  async run({ tx, ctx, now, emit }, { import_id, skip_bad, queued = false }) {
    const { kind, file_sha256 } = await lockPreviewed(tx, ctx.orgId, import_id)
    if (kind === 'stock') await refuseTwice(tx, ctx.orgId, import_id, file_sha256)
    await sql`
      update imports.import_run set status = ${queued ? 'queued' : 'running'}, skip_bad = ${skip_bad}, rows_done = 0, heartbeat_at = ${now}
       where org_id = ${ctx.orgId} and id = ${import_id}`.execute(tx)
    emit({ type: 'imports.import_begun', documentType: 'imports.import_run', documentId: import_id, payload: { skip_bad, queued } })
    return { id: import_id }
  },
})

/** Takes a queued import to work; `taken` is false when another worker has it, or it has ended. */
export const takeQueued = defineCommand({
  name: 'imports.take_queued',
  permission: 'imports.run',
  summary: 'Take a queued import to work',
  input: exactly({ import_id: Uuid }),
  output: exactly({ taken: Type.Boolean() }),
  async run({ tx, ctx, now }, { import_id }) {
    const { rows } = await sql`
      update imports.import_run set status = 'running', heartbeat_at = ${now}
       where org_id = ${ctx.orgId} and id = ${import_id} and status = 'queued' returning id`.execute(tx)
    return { taken: rows.length === 1 }
  },
})

/**
 * Changes how a previewed file is read: another format, columns, constants, corrected cells. Edits replace those of the same rows;
 * `edits: {}` changes nothing, `reset_edits` forgets all.
 * @throws `imports.not_found`, `imports.not_previewed` (conflict)
 */
export const changeReading = defineCommand({
  name: 'imports.change_reading',
  permission: 'imports.run',
  summary: 'Change how a previewed file is read',
  input: exactly({
    import_id: Uuid,
    kind: Type.Optional(Kind),
    format: Type.Optional(Type.String({ maxLength: 40 })),
    settings: Type.Optional(ImportSettings),
    edits: Type.Optional(ImportEdits),
    reset_edits: Type.Optional(Type.Boolean()),
  }),
  output: exactly({ id: Uuid }),
  errors: ['imports.not_found', 'imports.not_previewed'],
  async run({ tx, ctx, emit }, { import_id, kind, format, settings, edits, reset_edits = false }) {
    await lockPreviewed(tx, ctx.orgId, import_id)
    await sql`
      update imports.import_run
         set kind = coalesce(${kind ?? null}, kind), format = coalesce(${format ?? null}, format),
             settings = coalesce(${settings === undefined ? null : JSON.stringify(settings)}::jsonb, settings),
             edits = ${reset_edits ? sql`'{}'::jsonb` : sql`edits`} || ${JSON.stringify(edits ?? {})}::jsonb
       where org_id = ${ctx.orgId} and id = ${import_id}`.execute(tx)
    const rows = Object.keys(edits ?? {}).map(Number)
    emit({ type: 'imports.reading_changed', documentType: 'imports.import_run', documentId: import_id, payload: { kind, format, rows } })
    return { id: import_id }
  },
})

/** Notes how far a running import is. Raises no event: nothing changed but a number on a screen. */
export const noteProgress = defineCommand({
  name: 'imports.note_progress',
  permission: 'imports.run',
  summary: 'Note how far an import is',
  input: exactly({ import_id: Uuid, rows_done: Type.Integer({ minimum: 0 }) }),
  output: exactly({}),
  async run({ tx, ctx, now }, { import_id, rows_done }) {
    await sql`update imports.import_run set rows_done = ${rows_done}, heartbeat_at = ${now} where org_id = ${ctx.orgId} and id = ${import_id} and status = 'running'`.execute(
      tx,
    )
    return {}
  },
})

/** Keeps what an import made, for its undo. Raises no event: each document has its own. */
export const noteMade = defineCommand({
  name: 'imports.note_made',
  permission: 'imports.run',
  summary: 'Keep what an import made',
  input: exactly({
    import_id: Uuid,
    document_type: Type.Enum(['order', 'goods_receipt', 'item']),
    ids: Type.Array(Uuid, { maxItems: 50_000 }),
  }),
  output: exactly({}),
  async run({ tx, ctx }, { import_id, document_type, ids }) {
    await sql`
      insert into imports.import_document (org_id, run_id, document_type, document_id)
      select ${ctx.orgId}, ${import_id}, ${document_type}, id from unnest(${ids}::uuid[]) as id on conflict do nothing`.execute(tx)
    return {}
  },
})

/** Longest silence of a process that works on an import, in minutes; it speaks every 15 seconds. */
const SILENCE_MINUTES = 3

const GIVEN_UP = {
  row: null,
  column: null,
  code: 'imports.interrupted',
  message: 'The process that wrote this import ended before it was done, four times; rows counted as done are written, the others are not',
  fix: 'upload the file in smaller parts: orders and items that are there already are recognized. For stock, undo this import first',
  value: null,
}

/** Times an import is gone on with after its process was gone; a file that ends its process again and again is given up then. */
const MOST_RESUMED = 3

/**
 * Queues imports again whose process is gone; what was written stays, and each piece has its own idempotency key, so none is written twice.
 * After {@link MOST_RESUMED} times an import is closed as failed instead. The caller queues the jobs.
 */
export const resumeInterrupted = defineCommand({
  name: 'imports.resume_interrupted',
  permission: 'imports.run',
  summary: 'Go on with imports whose process is gone',
  input: exactly({}),
  output: exactly({ resumed: Type.Array(exactly({ id: Uuid, created_by: nullable(Uuid) })) }),
  async run({ tx, ctx, now, emit }) {
    const silent = sql`org_id = ${ctx.orgId} and status = 'running' and coalesce(heartbeat_at, created_at) < ${now}::timestamptz - make_interval(mins => ${SILENCE_MINUTES})`
    const { rows: closed } = await sql<{ id: string; rows_done: number }>`
      update imports.import_run
         set status = 'failed', finished_at = ${now}, report = report || jsonb_build_object('problem_count', 1, 'problems', jsonb_build_array(${JSON.stringify(GIVEN_UP)}::jsonb))
       where ${silent} and resumed >= ${MOST_RESUMED} returning id, rows_done`.execute(tx)
    const ids = closed.map((row) => row.id)
    await sql`delete from imports.import_file where org_id = ${ctx.orgId} and run_id = any(${ids}::uuid[])`.execute(tx)
    const { rows: resumed } = await sql<{ id: string; created_by: string | null; rows_done: number }>`
      update imports.import_run set status = 'queued', resumed = resumed + 1, heartbeat_at = ${now} where ${silent} returning id, created_by, rows_done`.execute(
      tx,
    )
    const tell = (type: string) => (row: { id: string; rows_done: number }) =>
      emit({
        type,
        documentType: 'imports.import_run',
        documentId: row.id,
        payload: { rows_done: row.rows_done, interrupted: true },
      })
    closed.forEach(tell('imports.import_failed'))
    resumed.forEach(tell('imports.import_resumed'))
    return { resumed: resumed.map(({ id, created_by }) => ({ id, created_by })) }
  },
})

/** Writes the report of an import; the uploaded bytes go, unless it waits to be run. */
export const finishImport = defineCommand({
  name: 'imports.finish_import',
  permission: 'imports.run',
  summary: 'Write the report of an import',
  input: exactly({ import_id: Uuid, status: Type.Enum(['previewed', 'done', 'failed']), report: ImportSummary }),
  output: exactly({ id: Uuid }),
  async run({ tx, ctx, now, emit }, { import_id, status, report }) {
    const { rows_total, rows_done, rows_bad } = report
    await sql`
      update imports.import_run set status = ${status}, rows_total = ${rows_total}, rows_done = ${rows_done}, rows_bad = ${rows_bad}, report = ${JSON.stringify(report)}::jsonb,
             finished_at = ${status === 'previewed' ? null : now}
       where org_id = ${ctx.orgId} and id = ${import_id}`.execute(tx)
    if (status !== 'previewed') await sql`delete from imports.import_file where org_id = ${ctx.orgId} and run_id = ${import_id}`.execute(tx)
    const type = { previewed: 'imports.file_previewed', done: 'imports.import_done', failed: 'imports.import_failed' }[status]
    emit({ type, documentType: 'imports.import_run', documentId: import_id, payload: { rows_total, rows_done, rows_bad } })
    return { id: import_id }
  },
})

interface StoredRun extends Omit<Static<typeof ImportRow>, 'created_at' | 'finished_at'> {
  created_at: Date
  finished_at: Date | null
}

const rowColumns = sql`id, kind, format, file_name, file_bytes, status, skip_bad, rows_total, rows_done, rows_bad, created_at, finished_at`

function rowOf(run: StoredRun): Static<typeof ImportRow> {
  return { ...run, created_at: run.created_at.toISOString(), finished_at: run.finished_at?.toISOString() ?? null }
}

/**
 * One import with its report.
 * @throws `imports.not_found`
 */
export const getImport = defineQuery({
  name: 'imports.get_import',
  permission: 'imports.read',
  summary: 'Get an import with its report',
  input: exactly({ import_id: Uuid }),
  output: ImportRun,
  errors: ['imports.not_found'],
  async run({ tx, ctx }, { import_id }) {
    const { rows } = await sql<StoredRun & { report: Partial<ImportSummary>; settings: ImportSettings; edits: ImportEdits }>`
      select ${rowColumns}, report, settings, edits from imports.import_run where org_id = ${ctx.orgId} and id = ${import_id}`.execute(tx)
    if (rows[0] === undefined) throw notFound('imports.import', import_id)
    const { report, settings, edits, ...run } = rows[0]
    const empty = {
      problems: [],
      problem_count: 0,
      warnings: [],
      warning_count: 0,
      unknown_columns: [],
      encoding: null,
      delimiter: null,
      totals: {},
      header: [],
    }
    return { ...empty, ...report, ...rowOf(run), settings, edits }
  },
})

/** Imports, the latest first. */
export const listImports = defineQuery({
  name: 'imports.list_imports',
  permission: 'imports.read',
  summary: 'List imports',
  input: exactly({ kind: Type.Optional(Kind), status: Type.Optional(ImportRow.properties.status), ...pageInput }),
  output: pageOf(ImportRow),
  async run({ tx, ctx }, { kind, status, limit = DEFAULT_LIMIT, cursor }) {
    const before = decodeCursor(cursor, ['string', 'string'])
    const conditions = [sql`org_id = ${ctx.orgId}`]
    if (kind !== undefined) conditions.push(sql`kind = ${kind}`)
    if (status !== undefined) conditions.push(sql`status = ${status}`)
    if (before !== null) conditions.push(sql`(created_at, id) < (${before[0]}::timestamptz, ${before[1]}::uuid)`)
    const { rows } = await sql<StoredRun>`
      select ${rowColumns} from imports.import_run where ${sql.join(conditions, sql` and `)} order by created_at desc, id desc limit ${limit + 1}`.execute(
      tx,
    )
    return toPage(rows.map(rowOf), limit, (row) => [row.created_at, row.id])
  },
})
