import { sql } from 'kysely'
import { Type } from 'typebox'
import { dayIn } from '../../kernel/clock.ts'
import { readOnly } from '../../kernel/database.ts'
import { forbidden } from '../../kernel/errors.ts'
import { commandRoute, customRoute, type FileAnswer, fileRoute, queryRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { prioritizeManyOrders, tagManyOrders } from '../../modules/orders/index.ts'
import type { Exporter } from '../exports/index.ts'
import { EXPORT_PERMISSION, streamExport } from '../exports/run-export.ts'
import { getBulkRun, listBulkRuns, previewBulk, startBulkRun } from './bulk-run.ts'
import { BulkList, BulkRequest, SELECTED_AT_MOST, selectedIds } from './bulk-selection.ts'
import { queueExport } from './export.jobs.ts'
import { exportListCsv, exportListXlsx } from './export-list.ts'
import { findExport, listExports, startExport } from './export-run.ts'
import { queueBulkRun } from './lists.jobs.ts'
import { LIST_NAMES, type ListName, LISTS } from './lists.ts'
import { undoBulkRun } from './undo-bulk-run.ts'
import { filtersFromAddress } from './read-list.ts'
import { deleteView, getListSettings, saveView, setPreference } from './saved-views.ts'

const tag = 'Lists'
const CSV = 'text/csv'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** Selected rows that fit in an address, and in a body. */
const IDS_AT_MOST = 200
const IDS_IN_BODY = SELECTED_AT_MOST

async function download(name: ListName, { system, ctx, input }: RouteCall): Promise<FileAnswer> {
  const { format = 'csv', ids, ...filters } = input as { format?: 'csv' | 'xlsx'; ids?: string[] }
  const list = LISTS[name]
  const fileName = `${name}-${dayIn(ctx.org.timeZone, ctx.clock.now())}.${format}`
  if (format === 'csv')
    return { content: exportListCsv(system.database, ctx, list, { filters, ids }), contentType: `${CSV}; charset=utf-8`, fileName }
  const { file } = await exportListXlsx(system.database, ctx, list, { filters, ids })
  return { content: file, contentType: XLSX, fileName }
}

function exportRoute(name: ListName): Route {
  const {
    limit: _limit,
    cursor: _cursor,
    ...filters
  } = (LISTS[name].query.input as unknown as { properties: Record<string, never> }).properties
  return fileRoute({
    name: `lists.export_${name}`,
    summary: `Download the ${name} that a filter finds as CSV or XLSX`,
    permission: EXPORT_PERMISSION,
    path: `/v1/lists/${name}/export`,
    tag,
    input: exactly({
      ...(filters as Record<string, ReturnType<typeof Type.String>>),
      format: Type.Optional(Type.Enum(['csv', 'xlsx'])),
      ids: Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { maxItems: IDS_AT_MOST, description: 'only these rows' })),
    }),
    contentTypes: [CSV, XLSX],
    errors: ['lists.too_many_rows'],
    file: (call) => download(name, call),
  })
}

/** The file of rows that were selected: more of them than an address holds. */
const selectedRoutes: Route[] = LIST_NAMES.map((name) =>
  fileRoute({
    method: 'POST',
    name: `lists.export_selected_${name}`,
    summary: `Download selected ${name} as CSV or XLSX`,
    permission: EXPORT_PERMISSION,
    path: `/v1/lists/${name}/export`,
    tag,
    input: exactly({
      format: Type.Optional(Type.Enum(['csv', 'xlsx'])),
      filters: Type.Optional(
        Type.Record(Type.String(), Type.String({ maxLength: 200 }), { description: 'of the list they were selected in' }),
      ),
      ids: Type.Array(Type.String({ maxLength: 80 }), { minItems: 1, maxItems: IDS_IN_BODY }),
    }),
    contentTypes: [CSV, XLSX],
    errors: ['lists.too_many_rows'],
    file: (call) => {
      const { filters = {}, ...asked } = call.input as { filters?: Record<string, string> }
      return download(name, { ...call, input: { ...filtersFromAddress(LISTS[name], filters), ...asked } })
    },
  }),
)

async function exportedFile({ system, ctx, input }: RouteCall): Promise<FileAnswer> {
  const id = String(input['export_id'])
  const found = await readOnly(system.database, ctx, (tx) => findExport(tx, ctx, id))
  const exporter: Exporter = {
    contentType: found.format === 'csv' ? `${CSV}; charset=utf-8` : XLSX,
    extension: found.format,
    async *write(tx) {
      for (let place = 1; ; place += 1) {
        // oxlint-disable-next-line no-await-in-loop -- piece after piece, so that one is in memory
        const { rows } = await sql<{ content: Buffer }>`
          select content from lists.export_part where org_id = ${ctx.orgId} and export_id = ${id} and place = ${place}`.execute(tx)
        if (rows[0] === undefined) return
        yield rows[0].content
      }
    },
  }
  const fileName = `${found.list}-${dayIn(ctx.org.timeZone, found.created_at)}.${found.format}`
  return { content: streamExport(system.database, ctx, exporter), contentType: exporter.contentType, fileName }
}

const exportRunRoutes: Route[] = [
  commandRoute(startExport, {
    method: 'POST',
    path: '/v1/export-runs',
    tag,
    async handle({ system, ctx, input, idempotencyKey }, command) {
      const started = await runCommand(system, ctx, command, input, { idempotencyKey })
      await queueExport(system, ctx.orgId, started.id)
      return started
    },
    example: { list: 'orders', format: 'csv', filters: { state: 'open' } },
  }),
  queryRoute(listExports, { path: '/v1/export-runs', tag }),
  fileRoute({
    name: 'lists.download_export',
    summary: 'Download a file that was written in the background',
    permission: EXPORT_PERMISSION,
    path: '/v1/export-runs/:export_id/file',
    tag,
    input: exactly({ export_id: Uuid }),
    contentTypes: [CSV, XLSX],
    errors: ['lists.not_found'],
    file: exportedFile,
  }),
]

const selectionRequest = exactly({
  list: BulkList,
  filters: Type.Record(Type.String(), Type.String({ maxLength: 200 }), { description: 'parameters of the list, as in its address' }),
})

/** Lists of the office: totals, files, views, preferences, and actions on many documents. */
export const listRoutes: Route[] = [
  ...LIST_NAMES.map((name) => queryRoute(LISTS[name].total, { path: `/v1/lists/${name}/total`, tag })),
  ...LIST_NAMES.map(exportRoute),
  ...selectedRoutes,
  ...exportRunRoutes,
  customRoute({
    method: 'POST',
    path: '/v1/bulk-runs/selection',
    tag,
    name: 'lists.select_documents',
    summary: 'Ids of all documents that a filter of a list finds, at most 10,000',
    permission: 'lists.use',
    status: 200,
    input: selectionRequest,
    output: exactly({ ids: Type.Array(Uuid) }),
    errors: ['lists.nothing_selected', 'lists.too_many_selected'],
    example: { list: 'shipments', filters: { status: 'packed' } },
    async run({ system, ctx, input }) {
      const request = input as { list: 'orders' | 'shipments'; filters: Record<string, string> }
      const { permission } = LISTS[request.list].query
      if (!ctx.may(permission)) throw forbidden(permission)
      return {
        ids: await readOnly(system.database, ctx, (tx) => selectedIds(tx, ctx, { ...request, action: 'select' }), 'repeatable read'),
      }
    },
  }),
  queryRoute(getListSettings, { path: '/v1/list-settings', tag }),
  commandRoute(saveView, { method: 'POST', path: '/v1/list-settings/views', tag }),
  commandRoute(deleteView, { method: 'DELETE', path: '/v1/list-settings/views/:view_id', tag }),
  commandRoute(setPreference, { method: 'PUT', path: '/v1/list-settings/preferences/:list', tag }),
  commandRoute(tagManyOrders, { method: 'POST', path: '/v1/orders/tags', tag: 'Orders', status: 200 }),
  customRoute({
    method: 'POST',
    path: '/v1/bulk-runs/preview',
    tag,
    name: previewBulk.name,
    summary: previewBulk.summary,
    permission: previewBulk.permission,
    status: 200,
    input: BulkRequest,
    output: previewBulk.output,
    errors: previewBulk.errors,
    run: ({ system, ctx, input }) => runQuery(system, ctx, previewBulk, input),
  }),
  commandRoute(startBulkRun, {
    method: 'POST',
    path: '/v1/bulk-runs',
    tag,
    async handle({ system, ctx, input, idempotencyKey }, command) {
      const started = await runCommand(system, ctx, command, input, { idempotencyKey })
      await queueBulkRun(system, ctx.orgId, started.id)
      return started
    },
    example: { list: 'orders', action: 'release', filters: { state: 'open' } },
  }),
  commandRoute(undoBulkRun, {
    method: 'POST',
    path: '/v1/bulk-runs/:run_id/undo',
    tag,
    async handle({ system, ctx, input, idempotencyKey }, command) {
      const started = await runCommand(system, ctx, command, input, { idempotencyKey })
      await queueBulkRun(system, ctx.orgId, started.id)
      return started
    },
  }),
  commandRoute(prioritizeManyOrders, {
    method: 'POST',
    path: '/v1/orders/priorities',
    tag: 'Orders',
    status: 200,
    example: { changes: [{ order_id: '0199b3a2-0000-7000-8000-000000000001', priority: 10 }] },
  }),
  queryRoute(listBulkRuns, { path: '/v1/bulk-runs', tag }),
  queryRoute(getBulkRun, { path: '/v1/bulk-runs/:run_id', tag }),
]
