import { sql } from 'kysely'
import { DomainError, type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { addressProblems } from '../parties/index.ts'
import { redirectShipments } from '../warehouse/index.ts'
import type { OrderChange } from './change-input.ts'
import type { OrderRun } from './order.repo.ts'

/** An open shipment of the order, locked. */
export interface OpenShipment {
  id: string
  number: number
  status: string
}

/**
 * Says no to a change of address or date that shipments cannot follow any more: planned, released and picked ones follow; a packed one
 * has its label, a combined one has other orders' goods.
 * @throws `orders.shipment_packed`, `orders.shipment_combined` (rule), `kernel.invalid_input`
 */
export async function checkAddress(run: OrderRun, orderId: string, change: OrderChange, shipments: readonly OpenShipment[]): Promise<void> {
  const problems: FieldProblem[] = [
    ...(change.ship_to === undefined ? [] : addressProblems(change.ship_to, '/ship_to')),
    ...(change.bill_to === undefined || change.bill_to === null ? [] : addressProblems(change.bill_to, '/bill_to')),
  ]
  if (problems.length > 0) throw invalidInput(problems)
  if (change.ship_to === undefined) return
  const packed = shipments.find((shipment) => shipment.status === 'packed')
  if (packed !== undefined)
    throw new DomainError(
      'rule',
      'orders.shipment_packed',
      `Shipment ${packed.number} is packed and its label carries the old address. Cancel that shipment first: its goods go back and are planned anew, to the new address.`,
      {
        detail: { shipment_id: packed.id, shipment_number: packed.number },
        fields: [
          {
            pointer: '/ship_to',
            code: 'shipment_packed',
            message: `is on the label of packed shipment ${packed.number}; cancel that shipment first`,
          },
        ],
      },
    )
  const { rows } = await sql<{ number: number }>`
    select s.number from warehouse.shipment s where s.org_id = ${run.ctx.orgId} and s.id = any(${shipments.map((shipment) => shipment.id)}::uuid[])
       and exists (select 1 from warehouse.shipment_line l where l.org_id = s.org_id and l.shipment_id = s.id and l.quantity > 0 and l.source_id <> ${orderId}::uuid) limit 1`.execute(
    run.tx,
  )
  const [combined] = rows
  if (combined !== undefined)
    throw new DomainError(
      'rule',
      'orders.shipment_combined',
      `Shipment ${combined.number} carries goods of other orders to the same address. Split this order off it first.`,
      {
        detail: { shipment_number: combined.number },
        fields: [
          {
            pointer: '/ship_to',
            code: 'shipment_combined',
            message: `is shared with other orders on shipment ${combined.number}; split this order off first`,
          },
        ],
      },
    )
}

/** Lets the open shipments follow the order's address and promised date. The caller holds them. */
export async function redirect(run: OrderRun, change: OrderChange, shipments: readonly OpenShipment[]): Promise<void> {
  await redirectShipments(
    run,
    shipments.map((shipment) => shipment.id),
    {
      ...(change.ship_to === undefined ? {} : { shipTo: change.ship_to }),
      ...(change.promised_at === undefined ? {} : { promisedAt: change.promised_at === null ? null : new Date(change.promised_at) }),
    },
  )
}

interface HeaderRow {
  shipTo: unknown
  billTo: unknown
  customerName: string | null
  customerEmail: string | null
  customerPhone: string | null
  taxIds: unknown
  promisedAt: Date | null
  note: string
  tags: string[]
}

/** What of a header changed: names of fields for the event, values that are not personal, and personal ones apart. */
export interface HeaderChange {
  fields: string[]
  personal: Record<string, unknown>
  payload: Record<string, unknown>
}

/** Writes addresses, customer, promised date, note and tags. The caller holds the order. Answers what really changed. */
export async function changeHeader(run: OrderRun, orderId: string, change: OrderChange): Promise<HeaderChange> {
  const { tx, ctx } = run
  const { rows } = await sql<HeaderRow>`
    select ship_to as "shipTo", bill_to as "billTo", customer_name as "customerName", customer_email as "customerEmail", customer_phone as "customerPhone", tax_ids as "taxIds", promised_at as "promisedAt", note, tags
      from orders.sales_order where org_id = ${ctx.orgId} and id = ${orderId}::uuid`.execute(tx)
  const before = rows[0]
  if (before === undefined) return { fields: [], personal: {}, payload: {} }
  const after: HeaderRow = {
    shipTo: change.ship_to ?? before.shipTo,
    billTo: change.bill_to === undefined ? before.billTo : change.bill_to,
    customerName: change.customer?.name ?? before.customerName,
    customerEmail: change.customer?.email === undefined ? before.customerEmail : change.customer.email,
    customerPhone: change.customer?.phone === undefined ? before.customerPhone : change.customer.phone,
    taxIds: change.customer?.tax_ids ?? before.taxIds,
    promisedAt: change.promised_at === undefined ? before.promisedAt : change.promised_at === null ? null : new Date(change.promised_at),
    note: change.note ?? before.note,
    tags: change.tags ?? before.tags,
  }
  const names = (Object.keys(after) as (keyof HeaderRow)[]).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
  if (names.length === 0) return { fields: [], personal: {}, payload: {} }
  await sql`
    update orders.sales_order set ship_to = ${JSON.stringify(after.shipTo)}::jsonb, ship_country = ${(after.shipTo as { country: string }).country},
           bill_to = ${after.billTo === null ? null : JSON.stringify(after.billTo)}::jsonb, customer_name = ${after.customerName}, customer_email = ${after.customerEmail}, customer_phone = ${after.customerPhone},
           tax_ids = ${JSON.stringify(after.taxIds)}::jsonb, promised_at = ${after.promisedAt}, note = ${after.note}, tags = ${after.tags}
     where org_id = ${ctx.orgId} and id = ${orderId}::uuid`.execute(tx)
  const isOpen = (name: keyof HeaderRow) => name === 'promisedAt' || name === 'tags'
  const open = names.filter(isOpen)
  const personal = names.filter((name) => !isOpen(name))
  return {
    fields: names.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
    payload: Object.fromEntries(open.map((name) => [name === 'promisedAt' ? 'promised_at' : name, [before[name], after[name]]])),
    personal: Object.fromEntries(personal.map((name) => [name, [before[name], after[name]]])),
  }
}
