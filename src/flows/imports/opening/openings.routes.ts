import { commandRoute, customRoute, queryRoute, type Route, type RouteCall } from '../../../kernel/http/index.ts'
import { parse } from '../../../kernel/parse.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { noFile } from '../imports.errors.ts'
import { checkOpening, loadOpeningFiles, type OpeningFile } from './load-opening.ts'
import { Opening } from './opening-document.ts'
import { acceptOpening, discardOpening, getOpening, listOpenings } from './openings.ts'

const tag = 'Openings'
const byId = exactly({ opening_id: Uuid })
const show = { query: getOpening, by: (output: { id: string }) => ({ opening_id: output.id }) }

async function upload({ system, ctx, request }: RouteCall): Promise<unknown> {
  if (!request.isMultipart()) throw noFile()
  const files: OpeningFile[] = []
  for await (const part of request.files({ limits: { files: 4 } })) files.push({ name: part.filename, content: await part.toBuffer() })
  if (files.length === 0) throw noFile()
  return loadOpeningFiles(system, ctx, files)
}

/** Opening balances of an old system: load, compare totals, accept or discard. */
export const openingRoutes: Route[] = [
  customRoute({
    method: 'POST',
    path: '/v1/openings',
    tag,
    name: 'imports.upload_opening',
    summary: 'Load items, customers, stock and open orders of an old system; nothing is written yet',
    permission: 'imports.run',
    input: exactly({}),
    output: Opening,
    body: 'multipart',
    errors: ['imports.no_file', 'imports.no_parts', 'imports.bad_file'],
    run: upload,
  }),
  queryRoute(listOpenings, { path: '/v1/openings', tag }),
  queryRoute(getOpening, { path: '/v1/openings/:opening_id', tag }),
  customRoute({
    method: 'POST',
    path: '/v1/openings/:opening_id/check',
    tag,
    name: 'imports.check_opening',
    summary: 'Compute the totals and faults of an opening again',
    permission: 'imports.run',
    status: 200,
    input: byId,
    output: Opening,
    errors: ['imports.not_found', 'imports.opening_closed'],
    run: ({ system, ctx, input }) => checkOpening(system, ctx, parse(byId, input).opening_id),
  }),
  commandRoute(acceptOpening, { method: 'POST', path: '/v1/openings/:opening_id/accept', tag, status: 200, show }),
  commandRoute(discardOpening, { method: 'POST', path: '/v1/openings/:opening_id/discard', tag, status: 200, show }),
]
