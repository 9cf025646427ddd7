import { Type } from 'typebox'
import { dayIn } from '../../kernel/clock.ts'
import { commandRoute, customRoute, type FileAnswer, fileRoute, queryRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { exactly } from '../../kernel/schema.ts'
import { tagManyOrders } from '../../modules/orders/index.ts'
import { EXPORT_PERMISSION } from '../exports/run-export.ts'
import { getBulkRun, listBulkRuns, previewBulk, startBulkRun } from './bulk-run.ts'
import { BulkRequest } from './bulk-selection.ts'
import { exportListCsv, exportListXlsx } from './export-list.ts'
import { queueBulkRun } from './lists.jobs.ts'
import { LIST_NAMES, type ListName, LISTS } from './lists.ts'
import { deleteView, getListSettings, saveView, setPreference } from './saved-views.ts'

const tag = 'Lists'
const CSV = 'text/csv'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** Selected rows that fit in an address. */
const IDS_AT_MOST = 200

async function download(name: ListName, { system, ctx, input }: RouteCall): Promise<FileAnswer> {
  const { format = 'csv', ids, ...filters } = input as { format?: 'csv' | 'xlsx'; ids?: string[] }
  const list = LISTS[name]
  const fileName = `${name}-${dayIn(ctx.org.timeZone, ctx.clock.now())}.${format}`
  if (format === 'csv')
    return { content: exportListCsv(system.database, ctx, list, { filters, ids }), contentType: `${CSV}; charset=utf-8`, fileName }
  return { content: await exportListXlsx(system.database, ctx, list, { filters, ids }), contentType: XLSX, fileName }
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

/** Lists of the office: totals, files, views, preferences, and actions on many documents. */
export const listRoutes: Route[] = [
  ...LIST_NAMES.map((name) => queryRoute(LISTS[name].total, { path: `/v1/lists/${name}/total`, tag })),
  ...LIST_NAMES.map(exportRoute),
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
  queryRoute(listBulkRuns, { path: '/v1/bulk-runs', tag }),
  queryRoute(getBulkRun, { path: '/v1/bulk-runs/:run_id', tag }),
]
