import { sql } from 'kysely'
import { dayIn } from '../../kernel/clock.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly, type Tx } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { type FileAnswer, fileRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { type DocumentLocale, renderLabelsZpl, type ShippingLabel } from '../carriers/index.ts'
import { readOrganization } from '../identity/index.ts'
import { findWarehouses } from '../inventory/index.ts'
import { postalAddress, renderShippingLabels, senderOf } from '../warehouse/index.ts'
import { rmaState } from './orders.errors.ts'
import { rmaAllows, type RmaState } from './rma.ts'

const PDF = 'application/pdf'
const ZPL = 'application/zpl'
/** Weight of a parcel whose items have no weight: labels need one. */
const UNKNOWN_WEIGHT_G = 1000

/**
 * The label of a return: from the customer's address to the warehouse that expects it, with the RMA number as barcode. It pays no
 * postage: the customer, or a carrier's own label over it, does.
 * @throws `orders.not_found`, `orders.rma_state` (rule) when the return is not approved
 */
export async function returnLabelOf(tx: Tx, ctx: Context, rmaId: string): Promise<ShippingLabel> {
  const { rows } = await sql<{
    number: number
    state: RmaState
    warehouseId: string
    orderNumber: number
    shipTo: Record<string, unknown>
    weightG: number | null
  }>`
    select r.number, r.state, r.warehouse_id as "warehouseId", o.number as "orderNumber", o.ship_to as "shipTo",
           (select sum(i.weight_g * l.quantity)::bigint from orders.rma_line l join catalog.item i on i.org_id = l.org_id and i.id = l.item_id where l.org_id = r.org_id and l.rma_id = r.id) as "weightG"
      from orders.rma r join orders.sales_order o on o.org_id = r.org_id and o.id = r.order_id where r.org_id = ${ctx.orgId} and r.id = ${rmaId}::uuid`.execute(
    tx,
  )
  const [rma] = rows
  if (rma === undefined) throw notFound('orders.rma', rmaId)
  if (!rmaAllows(rma.state, 'label')) throw rmaState(rma.number, rma.state, 'a label')
  const [warehouse] = await findWarehouses(tx, ctx.orgId, { ids: [rma.warehouseId] })
  const { name, language } = await readOrganization(tx)
  const locale: DocumentLocale = language === 'sr-Latn' || language === 'sr-Cyrl' ? language : 'en'
  return {
    locale,
    from: postalAddress(rma.shipTo),
    to: senderOf(warehouse, name),
    carrierName: '',
    serviceName: '',
    trackingNumber: `RMA-${rma.number}`,
    sscc: null,
    weightG: rma.weightG ?? UNKNOWN_WEIGHT_G,
    parcelNumber: 1,
    parcelCount: 1,
    shipmentNumber: `RMA-${rma.number}`,
    orderReference: String(rma.orderNumber),
    amountToCollect: null,
    shippedOn: dayIn(ctx.org.timeZone, ctx.clock.now()),
  }
}

async function labelFile(call: RouteCall, format: 'pdf' | 'zpl'): Promise<FileAnswer> {
  const id = String(call.input['rma_id'])
  const label = await readOnly(call.system.database, call.ctx, (tx) => returnLabelOf(tx, call.ctx, id))
  return {
    content: format === 'zpl' ? renderLabelsZpl([label]) : Buffer.from(await renderShippingLabels([label])),
    contentType: format === 'zpl' ? ZPL : PDF,
    fileName: `${label.shipmentNumber}-label.${format}`,
    inline: format === 'pdf',
  }
}

/** Labels of returns to print. Printing marks nothing. */
export const returnLabelRoutes: Route[] = (['pdf', 'zpl'] as const).map((format) =>
  fileRoute({
    name: `orders.print_return_label_${format}`,
    summary: format === 'pdf' ? 'Label of a return, 4 × 6 inches' : 'Label of a return for a thermal printer',
    permission: 'orders.read',
    path: `/v1/rmas/:rma_id/label.${format}`,
    tag: 'Returns',
    input: exactly({ rma_id: Uuid }),
    contentTypes: [format === 'pdf' ? PDF : ZPL],
    errors: ['orders.not_found', 'orders.rma_state', 'carriers.label_invalid'],
    file: (call) => labelFile(call, format),
  }),
)
