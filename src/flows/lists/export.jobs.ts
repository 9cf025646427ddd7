import { sql } from 'kysely'
import type { Actor, Context } from '../../kernel/context.ts'
import { csvLine } from '../../kernel/csv.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import type { Job } from '../../kernel/jobs.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { SILENCE_MINUTES } from './bulk-run.ts'
import { exportListXlsx } from './export-list.ts'
import { expireExports, failExport, keepExportPart, takeExport } from './export-run.ts'
import { type ListName, LISTS } from './lists.ts'
import { readList } from './read-list.ts'

const WORK_JOB = 'lists.write_export'
/** Size at which a piece of a file is kept, in bytes. */
const PART_BYTES = 2_000_000
/** Rows after which a piece is kept even if it is small, so that the progress moves. */
const PART_ROWS = 10_000

/** Queues the writing of a file. Safe to queue twice: a file is taken once. */
export async function queueExport(system: System, orgId: number, exportId: string): Promise<void> {
  await inTransaction(system.database, orgId, async (tx) => system.queue?.(tx, WORK_JOB, { org_id: orgId, export_id: exportId }))
}

/** Writes a list to a file, in the name of who asked for it. */
export const writeExportJob: Job = {
  name: WORK_JOB,
  timeoutSeconds: 3600,
  async handle({ system, contextOf }, data) {
    await doExport(system, await contextOf(Number(data['org_id'])), String(data['export_id']))
  },
}

/** Queues again files that were never begun or left behind, and deletes those that are older than a day. */
export const tendExports: Job = {
  name: 'lists.tend_exports',
  everySeconds: 60,
  async handle({ system, clock, contextOf, listOrganizations }) {
    for (const orgId of await listOrganizations()) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const ctx = await contextOf(orgId)
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      const { rows } = await readOnly(system.database, ctx, (tx) =>
        sql<{ id: string; left: boolean }>`
          select id, status in ('queued', 'running') as left from lists.export_run
           where org_id = ${orgId} and (
             (status in ('queued', 'running') and heartbeat_at < ${clock.now()}::timestamptz - make_interval(mins => ${SILENCE_MINUTES}))
             or (status in ('done', 'failed') and finished_at < ${clock.now()}::timestamptz - interval '1 day'))
           order by created_at limit 20`.execute(tx),
      )
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      if (rows.some((row) => !row.left)) await runCommand(system, ctx, expireExports, {})
      // oxlint-disable-next-line no-await-in-loop -- a few
      for (const { id } of rows.filter((row) => row.left)) await queueExport(system, orgId, id)
    }
  },
}

interface OpenExport {
  list: ListName
  format: 'csv' | 'xlsx'
  filters: Record<string, unknown>
  actor_kind: Actor['kind']
  actor_id: string | null
}

/** Writes a file from one snapshot, piece by piece; nothing when another process has it. What cannot be written ends with its reason. */
export async function doExport(system: System, tefter: Context, exportId: string): Promise<void> {
  const { taken } = await runCommand(system, tefter, takeExport, { export_id: exportId })
  if (!taken) return
  const { rows } = await readOnly(system.database, tefter, (tx) =>
    sql<OpenExport>`select list, format, filters, actor_kind, actor_id from lists.export_run where org_id = ${tefter.orgId} and id = ${exportId}`.execute(
      tx,
    ),
  )
  const open = rows[0] as OpenExport
  const ctx: Context = { ...tefter, actor: { kind: open.actor_kind, id: open.actor_id } }
  const keep = async (content: Buffer, part: { rows: number; finished: boolean }): Promise<void> => {
    await runCommand(system, ctx, keepExportPart, { export_id: exportId, content_base64: content.toString('base64'), ...part })
  }
  try {
    await (open.format === 'csv' ? writeCsv(system, ctx, open, keep) : writeXlsx(system, ctx, open, keep))
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error
    await runCommand(system, ctx, failExport, { export_id: exportId, problem: error.message.slice(0, 1000) })
  }
}

type Keep = (content: Buffer, part: { rows: number; finished: boolean }) => Promise<void>

async function writeCsv(system: System, ctx: Context, open: OpenExport, keep: Keep): Promise<void> {
  const list = LISTS[open.list]
  const fills = Object.values(list.columns)
  await readOnly(
    system.database,
    ctx,
    async (tx) => {
      let text = csvLine(Object.keys(list.columns))
      let rows = 0
      for await (const page of readList(tx, ctx, list, open.filters)) {
        text += page.map((row) => csvLine(fills.map((fill) => fill(row)))).join('')
        rows += page.length
        if (text.length < PART_BYTES && rows < PART_ROWS) continue
        await keep(Buffer.from(text), { rows, finished: false })
        text = ''
        rows = 0
      }
      await keep(Buffer.from(text), { rows, finished: true })
    },
    'repeatable read',
  )
}

async function writeXlsx(system: System, ctx: Context, open: OpenExport, keep: Keep): Promise<void> {
  const { file, rows } = await exportListXlsx(system.database, ctx, LISTS[open.list], { filters: open.filters })
  for (let begin = 0; begin < file.length; begin += PART_BYTES) {
    const finished = begin + PART_BYTES >= file.length
    // oxlint-disable-next-line no-await-in-loop -- pieces in order
    await keep(file.subarray(begin, begin + PART_BYTES), { rows: finished ? rows : 0, finished })
  }
}
