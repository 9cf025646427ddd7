import { isCurrency, minorUnitDigits } from '../../kernel/money.ts'
import type { ItemSummary } from '../../modules/catalog/index.ts'
import type { OrderInput } from '../../modules/orders/index.ts'
import { type Address, addressProblems, type TaxId, taxIdProblem } from '../../modules/parties/index.ts'
import { findFileItems, type ItemLookUp, readItemQuantity, readRate, withoutUndefined } from './file-values.ts'
import type { ImportJob } from './import-format.ts'
import { CHARGE_KINDS, lineColumns, orderColumns } from './order-columns.ts'
import { readRows } from './read-rows.ts'
import type { RowReader } from './row-reader.ts'

/** An order of the file: its rows, and the body of `POST /v1/orders` when all of them are good. */
export interface ReadOrder {
  rows: RowReader[]
  body: OrderInput | null
}

type Line = OrderInput['lines'][number]

/** What reading orders needs of a job. */
type OrdersJob = Pick<ImportJob, 'ctx' | 'report'> & ItemLookUp

/** Reads all orders of a file. Every fault stands in the job's report; an order with a bad row is bad as a whole. */
export function readOrderRows(job: OrdersJob & Parameters<typeof readRows>[0]): Promise<ReadOrder[]> {
  return gatherOrders(job, readRows(job, [...orderColumns, ...lineColumns]))
}

/** Orders from rows in our own columns, wherever they come from. An order of which any row is bad already is bad. */
export async function gatherOrders(job: OrdersJob, rows: AsyncIterable<RowReader> | Iterable<RowReader>): Promise<ReadOrder[]> {
  const groups = new Map<string, RowReader[]>()
  for await (const reader of rows) {
    const channel = reader.required('channel', 40)
    const externalId = reader.required('external_id', 200)
    if (channel === undefined || externalId === undefined) continue
    const key = `${channel}\n${externalId}`
    const rows = groups.get(key)
    if (rows === undefined) groups.set(key, [reader])
    else rows.push(reader)
  }
  const items = await findFileItems(job, [...groups.values()].flat())
  return [...groups.values()].map((rows) => {
    const body = readOrder(job, rows, items)
    const isBad = rows.some((reader) => reader.isBad)
    if (isBad) job.report.alsoBad(rows.map((reader) => reader.row))
    return { rows, body: isBad ? null : body }
  })
}

function readOrder(job: OrdersJob, rows: readonly RowReader[], items: ReadonlyMap<string, ItemSummary>): OrderInput | null {
  const [first, ...others] = rows
  if (first === undefined) return null
  for (const other of others) checkRepeated(first, other)
  const { org } = job.ctx
  const currency = first.text('currency', 3) ?? org.baseCurrency
  if (!isCurrency(currency)) {
    first.problem('currency', 'currency', `"${currency}" is no currency of ISO 4217`, 'use three capital letters such as EUR or RSD')
    return null
  }
  const digits = minorUnitDigits(currency)
  const lines = rows.flatMap((reader) => readLine(reader, digits, items) ?? [])
  const shipTo = readAddress(first, 'ship')
  const discount = first.scaled('order_discount', digits, { min: 1 })
  const paid = first.scaled('paid', digits, { min: 1 })
  const body = {
    channel: first.text('channel', 40) ?? '',
    external_id: first.text('external_id', 200),
    placed_at: first.instant('placed_at', org.timeZone),
    currency,
    exchange_rate_ppm: readRate(first, minorUnitDigits(org.baseCurrency) - digits),
    prices_include_tax: first.flag('prices_include_tax'),
    payment_terms: first.choice('payment_terms', ['prepaid', 'cash_on_delivery', 'on_account']),
    priority: first.integer('priority', { min: 0, max: 1000 }),
    promised_at: first.instant('promised_at', org.timeZone),
    customer: readCustomer(first),
    bill_to: first.text('bill_line1') === undefined ? undefined : (readAddress(first, 'bill') ?? undefined),
    lines,
    charges: readCharges(first, digits),
    discounts: discount === undefined ? undefined : [withoutUndefined({ amount: discount, code: first.text('order_discount_code', 100) })],
    payments:
      paid === undefined
        ? undefined
        : [
            withoutUndefined({
              kind: 'captured' as const,
              amount: paid,
              method: first.text('paid_method', 100),
              reference: first.text('paid_reference', 200),
            }),
          ],
    total: first.scaled('total', digits),
    note: first.text('note', 5000),
    tags: first
      .text('tags', 2000)
      ?.split('|')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  }
  return shipTo === null ? null : { ...withoutUndefined(body), ship_to: shipTo }
}

/** What later rows say of the order is what its first row says, or nothing. */
function checkRepeated(first: RowReader, other: RowReader): void {
  for (const { name } of orderColumns) {
    const value = other.raw(name)?.trim() ?? ''
    const stated = first.raw(name)?.trim() ?? ''
    if (value === '' || value === stated) continue
    other.problem(
      name,
      'order.differs',
      `is not what row ${first.row} of the same order says ("${stated.slice(0, 60)}")`,
      'make both the same, or leave the cell empty',
    )
  }
}

function readLine(reader: RowReader, digits: number, items: ReadonlyMap<string, ItemSummary>): Line | undefined {
  const counted = readItemQuantity(reader, items)
  if (counted === undefined) return undefined
  return withoutUndefined({
    sku: counted.item.sku,
    quantity: counted.quantity,
    external_line_id: reader.text('line_id', 200),
    name: reader.text('item_name'),
    unit_price: reader.price('unit_price'),
    amount: reader.scaled('amount', digits, { min: 0 }),
    discount: reader.scaled('discount', digits, { min: 0 }),
    tax_rate_ppm: reader.scaled('tax_rate', 4, { min: 0, max: 10_000_000 }),
    tax_amount: reader.scaled('tax_amount', digits, { min: 0 }),
    tax_collected_by: reader.choice('tax_collected_by', ['merchant', 'marketplace']),
    warehouse_code: reader.text('warehouse', 20),
  })
}

function readCharges(reader: RowReader, digits: number): OrderInput['charges'] {
  // Percent with four decimals is millionths: 20 is 200000.
  const rate = reader.scaled('charge_tax_rate', 4, { min: 0, max: 10_000_000 })
  const shippingTax = reader.scaled('charge_shipping_tax', digits, { min: 0 })
  const charges = CHARGE_KINDS.flatMap((kind) => {
    const amount = reader.scaled(`charge_${kind}`, digits, { min: 0 })
    return amount === undefined || amount === 0
      ? []
      : [withoutUndefined({ kind, amount, tax_rate_ppm: rate, tax_amount: kind === 'shipping' ? shippingTax : undefined })]
  })
  return charges.length === 0 ? undefined : charges
}

function readCustomer(reader: RowReader): OrderInput['customer'] {
  const taxIds = (
    [
      ['customer_eu_vat', 'eu_vat'],
      ['customer_pib', 'rs_pib'],
      ['customer_mb', 'rs_mb'],
    ] as const
  ).flatMap(([column, scheme]): TaxId[] => {
    const value = reader.text(column, 40)
    if (value === undefined) return []
    const taxId: TaxId = { scheme, value: value.replaceAll(/[\s./-]/g, '').toUpperCase() }
    const problem = taxIdProblem(taxId)
    if (problem !== null) reader.problem(column, problem.code, problem.message, 'correct the number, or leave the cell empty')
    return [taxId]
  })
  const customer = withoutUndefined({
    external_id: reader.text('customer_id', 200),
    name: reader.text('customer_name'),
    email: reader.text('customer_email', 320),
    phone: reader.text('customer_phone', 60),
    tax_ids: taxIds.length === 0 ? undefined : taxIds,
  })
  return Object.keys(customer).length === 0 ? undefined : customer
}

function readAddress(reader: RowReader, prefix: 'ship' | 'bill'): Address | null {
  const name = reader.text(`${prefix}_name`) ?? reader.text('customer_name') ?? reader.required(`${prefix}_name`)
  const line1 = reader.required(`${prefix}_line1`)
  const city = reader.required(`${prefix}_city`, 200)
  const country = reader.required(`${prefix}_country`, 2)
  if (name === undefined || line1 === undefined || city === undefined || country === undefined) return null
  const address = withoutUndefined({
    name,
    line1,
    city,
    country,
    company: reader.text(`${prefix}_company`),
    line2: reader.text(`${prefix}_line2`),
    region: reader.text(`${prefix}_region`, 200),
    postcode: reader.text(`${prefix}_postcode`, 20),
    phone: reader.text(`${prefix}_phone`, 50),
  })
  for (const { code, message } of addressProblems(address, ''))
    reader.problem(`${prefix}_country`, code, message, 'use the two capital letters of ISO 3166-1')
  return address
}
