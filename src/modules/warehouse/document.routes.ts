import { sql } from 'kysely'
import { Type } from 'typebox'
import { readOnly } from '../../kernel/database.ts'
import { type FileAnswer, fileRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { invalidField } from '../../kernel/errors.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { LABELS_PER_FILE_MAX, renderLabelsZpl } from '../carriers/index.ts'
import {
  type DocumentRun,
  packingSlipsOf,
  type ReadSlipFacts,
  pickListDocumentOf,
  shipmentLabel,
  shippingLabelsOf,
} from './document-data.ts'
import { renderPackingSlip } from './documents/packing-slip.ts'
import { PICK_LISTS_PER_FILE_MAX, type PickListDocument, renderPickLists } from './documents/pick-list.ts'
import { shipmentsOfSources } from './shipment-orders.ts'
import { renderShippingLabels } from './documents/shipping-label.ts'

const tag = 'Documents'
const PDF = 'application/pdf'
/** The content type that label printers' software registers for ZPL. */
const ZPL = 'application/zpl'
const permission = 'warehouse.read'

function reading<T>(call: RouteCall, work: (run: DocumentRun) => Promise<T>): Promise<T> {
  return readOnly(call.system.database, call.ctx, (tx) => work({ tx, ctx: call.ctx, now: call.ctx.clock.now() }))
}

function file(content: Uint8Array | string, contentType: string, fileName: string): FileAnswer {
  return { content: typeof content === 'string' ? content : Buffer.from(content), contentType, fileName, inline: contentType === PDF }
}

async function packingSlips(call: RouteCall, ids: readonly string[], readFacts: ReadSlipFacts): Promise<FileAnswer> {
  const slips = await reading(call, (run) => packingSlipsOf(run, ids, readFacts))
  return file(await renderPackingSlip(slips), PDF, `${slips.length === 1 ? (slips[0]?.shipmentNumber ?? '') : 'packing-slips'}.pdf`)
}

async function labels(call: RouteCall, ids: readonly string[], format: string): Promise<FileAnswer> {
  const found = await reading(call, (run) => shippingLabelsOf(run, ids))
  const name = ids.length === 1 ? `${found[0]?.shipmentNumber ?? shipmentLabel(0)}-label` : 'labels'
  return format === 'zpl' ? file(renderLabelsZpl(found), ZPL, `${name}.zpl`) : file(await renderShippingLabels(found), PDF, `${name}.pdf`)
}

async function pickLists(call: RouteCall, ids: readonly string[]): Promise<FileAnswer> {
  const lists = await reading(call, async (run) => {
    const found: PickListDocument[] = []
    // oxlint-disable-next-line no-await-in-loop -- one statement after another on one connection
    for (const id of ids) found.push(await pickListDocumentOf(run, id))
    return found
  })
  return file(await renderPickLists(lists), PDF, `${lists.length === 1 ? (lists[0]?.pickListNumber ?? '') : 'pick-lists'}.pdf`)
}

async function shipmentsOfOrders(call: RouteCall, orderIds: readonly string[]): Promise<string[]> {
  const { rows } = await reading(call, ({ tx, ctx }) =>
    sql<{ id: string }>`
      select id from warehouse.shipment where org_id = ${ctx.orgId} and status not in ('canceled', 'voided')
         and id in (select x.shipment_id from (${shipmentsOfSources(ctx.orgId, orderIds)}) x) order by number limit 500`.execute(tx),
  )
  return rows.map((row) => row.id)
}

const shipmentInput = exactly({ shipment_id: Uuid })
const ERRORS = ['warehouse.not_found', 'warehouse.no_parcel', 'carriers.label_invalid']

/**
 * Packing slips, labels and pick lists to print. Printing marks nothing. What slips say of orders (kits, what is still to come) is read by
 * the room of orders, which serves these routes.
 */
export function documentRoutes(readFacts: ReadSlipFacts): Route[] {
  return [packingSlipRoute(readFacts), ...labelRoutes, manyRoute(readFacts)]
}

function packingSlipRoute(readFacts: ReadSlipFacts): Route {
  return fileRoute({
    name: 'warehouse.print_packing_slip',
    summary: 'Packing slip of a shipment',
    permission,
    path: '/v1/shipments/:shipment_id/packing-slip.pdf',
    tag,
    input: shipmentInput,
    contentTypes: [PDF],
    errors: ERRORS,
    file: (call) => packingSlips(call, [String(call.input['shipment_id'])], readFacts),
  })
}

const labelRoutes: Route[] = [
  fileRoute({
    name: 'warehouse.print_label_pdf',
    summary: 'Labels of a shipment, 4 × 6 inches',
    permission,
    path: '/v1/shipments/:shipment_id/label.pdf',
    tag,
    input: shipmentInput,
    contentTypes: [PDF],
    errors: ERRORS,
    file: (call) => labels(call, [String(call.input['shipment_id'])], 'pdf'),
  }),
  fileRoute({
    name: 'warehouse.print_label_zpl',
    summary: 'Labels of a shipment for a thermal printer',
    permission,
    path: '/v1/shipments/:shipment_id/label.zpl',
    tag,
    input: shipmentInput,
    contentTypes: [ZPL],
    errors: ERRORS,
    file: (call) => labels(call, [String(call.input['shipment_id'])], 'zpl'),
  }),
  fileRoute({
    name: 'warehouse.print_pick_list',
    summary: 'Pick list on paper',
    permission,
    path: '/v1/pick-lists/:pick_list_id/pick-list.pdf',
    tag,
    input: exactly({ pick_list_id: Uuid }),
    contentTypes: [PDF],
    errors: ERRORS,
    file: (call) => pickLists(call, [String(call.input['pick_list_id'])]),
  }),
]

function manyRoute(readFacts: ReadSlipFacts): Route {
  return fileRoute({
    method: 'POST',
    name: 'warehouse.print_documents',
    summary: 'Many documents in one file',
    permission,
    path: '/v1/documents',
    tag,
    contentTypes: [PDF, ZPL],
    errors: ERRORS,
    input: exactly({
      kind: Type.Enum(['packing_slip', 'label', 'pick_list']),
      ids: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: Math.min(500, LABELS_PER_FILE_MAX) })),
      order_ids: Type.Optional(
        Type.Array(Uuid, { minItems: 1, maxItems: 200, description: 'instead of ids: shipments of these orders that are not canceled' }),
      ),
      format: Type.Optional(Type.Enum(['pdf', 'zpl'])),
    }),
    async file(call) {
      const { kind, format = 'pdf', ...named } = call.input as { kind: string; format?: string; ids?: string[]; order_ids?: string[] }
      const ids = named.ids ?? (await shipmentsOfOrders(call, named.order_ids ?? []))
      if (ids.length === 0) throw invalidField('/ids', 'none', 'names nothing to print; choose documents, or orders that have shipments')
      if (format === 'zpl' && kind !== 'label') throw invalidField('/format', 'only_labels', 'ZPL is for labels; take pdf')
      if (kind === 'label') return labels(call, ids, format)
      if (kind === 'packing_slip') return packingSlips(call, ids, readFacts)
      if (ids.length > PICK_LISTS_PER_FILE_MAX)
        throw invalidField('/ids', 'too_many', `names more than ${PICK_LISTS_PER_FILE_MAX} pick lists; ask for them in parts`)
      return pickLists(call, ids)
    },
  })
}
