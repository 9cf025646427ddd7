import { sql } from 'kysely'
import type { CommandRun } from '../../../kernel/command.ts'
import { DomainError } from '../../../kernel/errors.ts'
import type { NewEvent } from '../../../kernel/events.ts'
import { mulDivRound } from '../../../kernel/money.ts'
import { cancelOrderLines } from '../cancel-order.ts'
import type { LineChangeInput, OrderChange } from '../change-input.ts'
import { changeOrder } from '../change-order.ts'
import { readOrderLines } from '../order.repo.ts'
import { supplyElsewhere } from '../supply-elsewhere.ts'
import { type ChannelView, intakeLine, type ViewLine, wantedOf } from './channel-view.ts'
import { type OurOrder, readOurSide } from './our-side.ts'
import { partOf } from './view-fields.ts'

const REASON = 'Changed by the channel'

/**
 * Takes fields of a view into the order, as one change-set or a cancellation. The caller holds the order's shipments.
 * @throws what {@link changeOrder} and {@link cancelOrderLines} refuse
 */
export async function applyView(
  run: CommandRun,
  orderId: string,
  view: ChannelView,
  { paths, ours }: { paths: readonly string[]; ours: OurOrder },
): Promise<void> {
  if (paths.includes('status')) {
    const isRestOpen = await bookElsewhere(run, orderId, view, paths)
    if (isRestOpen) await cancelOrderLines(run, { orderId, reason: 'Canceled by the channel' })
    return
  }
  const change = changeOf(view, new Set(paths), ours)
  if (Object.keys(change).length > 1) await changeOrder(run, orderId, change)
  await bookElsewhere(run, orderId, view, paths)
}

/**
 * Books what the view says was shipped and we did not ship, for the lines taken, after everything else of the view: a line that it adds
 * is there by now. Answers whether anything of the order is still open.
 */
async function bookElsewhere(run: CommandRun, orderId: string, view: ChannelView, paths: readonly string[]): Promise<boolean> {
  const taken = new Set(paths.flatMap((path) => (partOf(path)?.field === 'shipped' ? [partOf(path)?.key ?? ''] : [])))
  if (taken.size > 0) {
    const now = await readOurSide(run, orderId, null)
    const lines = view.lines.flatMap((line) => {
      const lineId = now.lineIds.get(line.external_line_id)
      const quantity = (line.shipped_quantity ?? 0) - (now.lines.get(line.external_line_id)?.shipped ?? 0)
      return lineId === undefined || quantity <= 0 || !taken.has(line.external_line_id) ? [] : [{ lineId, quantity }]
    })
    if (lines.length > 0) await supplyElsewhere(run, { orderId, lines, ...parcelsOf(view, run.now) })
  }
  return (await readOrderLines(run, [orderId])).some((line) => line.pending + line.reserved + line.backordered > 0)
}

/** What the channel says of its parcels, sent at the latest of their instants; now where it does not say. */
function parcelsOf({ parcels = [] }: ChannelView, now: Date): Pick<Parameters<typeof supplyElsewhere>[1], 'parcels' | 'happenedAt'> {
  const sentAt = parcels.flatMap((parcel) => (parcel.shipped_at === undefined ? [] : [Date.parse(parcel.shipped_at)]))
  return {
    parcels: parcels.map((parcel) => ({
      trackingNumber: parcel.tracking_number,
      ...(parcel.carrier === undefined ? {} : { carrier: parcel.carrier }),
    })),
    happenedAt: sentAt.length === 0 ? now : new Date(Math.min(Math.max(...sentAt), now.getTime())),
  }
}

/** As {@link applyView}, but a refusal leaves nothing behind and is answered. What may pass when sent again is thrown. */
export async function tryView(
  run: CommandRun,
  orderId: string,
  view: ChannelView,
  ground: { paths: readonly string[]; ours: OurOrder },
): Promise<DomainError | null> {
  const events: NewEvent[] = []
  await sql`savepoint channel_view`.execute(run.tx)
  try {
    await applyView({ ...run, emit: (event) => void events.push(event) }, orderId, view, ground)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'orders.changed_meanwhile') throw error
    await sql`rollback to savepoint channel_view`.execute(run.tx)
    return error
  }
  await sql`release savepoint channel_view`.execute(run.tx)
  for (const event of events) run.emit(event)
  return null
}

/** The change-set that takes these fields from the view. */
export function changeOf(view: ChannelView, paths: ReadonlySet<string>, ours: OurOrder): OrderChange {
  const change: OrderChange = { reason: REASON }
  if (paths.has('ship_to')) change.ship_to = view.ship_to
  if (paths.has('bill_to') && view.bill_to !== undefined) change.bill_to = view.bill_to
  if (paths.has('note') && view.note !== undefined) change.note = view.note
  if (paths.has('promised_at') && view.promised_at !== undefined) change.promised_at = view.promised_at
  const customer = Object.fromEntries(
    (['name', 'email', 'phone'] as const).flatMap((name) => (paths.has(`customer_${name}`) ? [[name, view.customer?.[name]]] : [])),
  )
  if (Object.keys(customer).length > 0) change.customer = customer
  const byLine = Map.groupBy(
    [...paths].filter((path) => partOf(path)?.kind === 'lines'),
    (path) => partOf(path)?.key ?? '',
  )
  const lines: LineChangeInput[] = []
  const added: NonNullable<OrderChange['add_lines']> = []
  for (const [external, own] of byLine) {
    const line = view.lines.find((one) => one.external_line_id === external)
    const names = new Set(own.map((path) => partOf(path)?.field ?? ''))
    const taken = takeLine(line, ours.lineIds.get(external), names)
    lines.push(...taken.lines)
    added.push(...taken.added)
  }
  if (lines.length > 0) change.lines = lines
  if (added.length > 0) change.add_lines = added
  const charges = [...paths].filter((path) => partOf(path)?.kind === 'charges').map((path) => chargeChange(path, view, ours))
  if (charges.length > 0) change.charges = charges
  const discounts = [...paths].filter((path) => partOf(path)?.kind === 'discounts').map((path) => discountChange(path, view, ours))
  if (discounts.length > 0) change.discounts = discounts
  return change
}

function takeLine(
  line: ViewLine | undefined,
  lineId: string | undefined,
  names: ReadonlySet<string>,
): { lines: LineChangeInput[]; added: NonNullable<OrderChange['add_lines']> } {
  const wanted = line === undefined ? 0 : wantedOf(line)
  if (lineId === undefined)
    return { lines: [], added: line === undefined || wanted === 0 ? [] : [{ ...intakeLine(line, wanted), reason: REASON }] }
  if (line !== undefined && wanted > 0 && (names.has('sku') || names.has('item')))
    return { lines: [{ line_id: lineId, quantity: 0 }], added: [{ ...intakeLine(line, wanted), replaces_line_id: lineId, reason: REASON }] }
  const change: LineChangeInput = { line_id: lineId }
  if (names.has('quantity')) change.quantity = wanted
  if (line !== undefined && wanted > 0) {
    if (names.has('price') && line.unit_price !== undefined) change.unit_price = line.unit_price
    if (names.has('price') && line.amount !== undefined) change.amount = mulDivRound(line.amount, wanted, Math.max(1, line.quantity))
    if (names.has('discount') && line.discount !== undefined) change.discount = line.discount
  }
  return { lines: Object.keys(change).length > 1 ? [change] : [], added: [] }
}

function chargeChange(path: string, view: ChannelView, ours: OurOrder): NonNullable<OrderChange['charges']>[number] {
  const { key = '', field = '1' } = partOf(path) ?? {}
  const said = view.charges?.filter((charge) => charge.kind === key)[Number(field) - 1]
  const id = ours.partIds.get(path)
  return {
    ...(id === undefined ? {} : { charge_id: id }),
    ...(said === undefined ? {} : { kind: said.kind }),
    ...(said?.name === undefined ? {} : { name: said.name }),
    ...(said?.tax_rate_ppm === undefined ? {} : { tax_rate_ppm: said.tax_rate_ppm }),
    amount: said?.amount ?? 0,
  }
}

function discountChange(path: string, view: ChannelView, ours: OurOrder): NonNullable<OrderChange['discounts']>[number] {
  const { key = '', field = '1' } = partOf(path) ?? {}
  const said = view.discounts?.filter((discount) => (discount.code ?? '-') === key)[Number(field) - 1]
  const id = ours.partIds.get(path)
  return {
    ...(id === undefined ? {} : { discount_id: id }),
    ...(said?.code === undefined ? {} : { code: said.code }),
    ...(said?.name === undefined ? {} : { name: said.name }),
    amount: said?.amount ?? 0,
  }
}
