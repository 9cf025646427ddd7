import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand, defineQuery } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { ImportSummary } from './import-report.ts'
import { alreadyImported, notPreviewed } from './imports.errors.ts'

const Kind = Type.Enum(['items', 'orders', 'stock'])

/** An import as lists show it. */
export const ImportRow = exactly({
  id: Uuid,
  kind: Kind,
  format: Type.String(),
  file_name: Type.String(),
  file_bytes: Type.Integer(),
  status: Type.Enum(['previewed', 'running', 'done', 'failed']),
  skip_bad: Type.Boolean(),
  rows_total: Type.Integer(),
  rows_done: Type.Integer(),
  rows_bad: Type.Integer(),
  created_at: Type.String(),
  finished_at: nullable(Type.String()),
})
/** An import with its report. */
export const ImportRun = exactly({ ...ImportRow.properties, ...ImportSummary.properties })
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
    status: Type.Enum(['previewed', 'running']),
  }),
  output: exactly({ id: Uuid }),
  errors: ['imports.already_imported'],
  async run({ tx, ctx, now, emit }, { import_id, kind, format, file_name, content, sha256, skip_bad, status }) {
    if (kind === 'stock') {
      const { rows } = await sql<{ id: string; created_at: Date }>`
        select id, created_at from imports.import_run
         where org_id = ${ctx.orgId} and kind = 'stock' and file_sha256 = ${Buffer.from(sha256)} and status in ('running', 'done') and rows_done > 0 limit 1`.execute(
        tx,
      )
      if (rows[0] !== undefined) throw alreadyImported(rows[0].id, rows[0].created_at)
    }
    await sql`
      insert into imports.import_run (org_id, id, kind, format, file_name, file_sha256, file_bytes, status, skip_bad, created_at, created_by)
      values (${ctx.orgId}, ${import_id}, ${kind}, ${format}, ${file_name}, ${Buffer.from(sha256)}, ${content.length}, ${status}, ${skip_bad}, ${now}, ${ctx.actor.id})`.execute(
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

/**
 * Marks a previewed import as running, so that nobody else runs it too.
 * @throws `imports.not_found`, `imports.not_previewed` (conflict)
 */
export const beginImport = defineCommand({
  name: 'imports.begin_import',
  permission: 'imports.run',
  summary: 'Begin to write a previewed file',
  input: exactly({ import_id: Uuid, skip_bad: Type.Boolean() }),
  output: exactly({ id: Uuid }),
  errors: ['imports.not_found', 'imports.not_previewed'],
  async run({ tx, ctx, emit }, { import_id, skip_bad }) {
    const { rows } = await sql<{
      status: string
    }>`select status from imports.import_run where org_id = ${ctx.orgId} and id = ${import_id} for update`.execute(tx)
    if (rows[0] === undefined) throw notFound('imports.import', import_id)
    if (rows[0].status !== 'previewed') throw notPreviewed(rows[0].status)
    await sql`update imports.import_run set status = 'running', skip_bad = ${skip_bad} where org_id = ${ctx.orgId} and id = ${import_id}`.execute(
      tx,
    )
    emit({ type: 'imports.import_begun', documentType: 'imports.import_run', documentId: import_id, payload: { skip_bad } })
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
  async run({ tx, ctx }, { import_id, rows_done }) {
    await sql`update imports.import_run set rows_done = ${rows_done} where org_id = ${ctx.orgId} and id = ${import_id} and status = 'running'`.execute(
      tx,
    )
    return {}
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
    const { rows } = await sql<StoredRun & { report: Partial<ImportSummary> }>`
      select ${rowColumns}, report from imports.import_run where org_id = ${ctx.orgId} and id = ${import_id}`.execute(tx)
    if (rows[0] === undefined) throw notFound('imports.import', import_id)
    const { report, ...run } = rows[0]
    const empty = {
      problems: [],
      problem_count: 0,
      warnings: [],
      warning_count: 0,
      unknown_columns: [],
      encoding: null,
      delimiter: null,
      totals: {},
    }
    return { ...empty, ...report, ...rowOf(run) }
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
