import { createHash } from 'node:crypto'
import { DomainError, type FieldProblem, invalidField } from '../../kernel/errors.ts'
import { stableJson } from '../../kernel/events.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { mulDivFloor } from '../../kernel/money.ts'
import { addressProblems } from '../parties/index.ts'
import type { IntakeChannel } from './channel.repo.ts'
import type { OrderInput } from './order-input.ts'
import type { PricedCharge, PricedLine, PricedOrder } from './price-order.ts'
import type { SourcingAnswer, SourcingLine } from './source-order.ts'

/** A line about to be written: a top line, or a child of a kit with its parent's id. */
export interface DraftLine {
  id: string
  lineNo: number
  parentLineId: string | null
  priced: PricedLine
}

/** An order on its way in, before and after sourcing. */
export interface OrderDraft {
  id: string
  input: OrderInput
  hash: Buffer
  channel: IntakeChannel
  priced: PricedOrder
  partyId: string | null
  placedAt: Date
  priority: number
  baseRatePpm: number
  lines: DraftLine[]
  charges: (PricedCharge & { id: string })[]
  answer: SourcingAnswer | null
  /** The stated total differs from ours. */
  mismatch: boolean
}

/** Digest of an order's content, so that the same order again is known as the same. Placed-at and the rest count as sent. */
export function intakeHash(input: OrderInput): Buffer {
  return createHash('sha256').update(stableJson(input)).digest()
}

/** Lines in the order they are written: each top line followed by its kit's children. */
export function draftLines(priced: PricedOrder, newId: () => string): DraftLine[] {
  const lines: DraftLine[] = []
  for (const line of priced.lines) {
    const id = newId()
    lines.push({ id, lineNo: lines.length + 1, parentLineId: null, priced: line })
    for (const child of line.children) lines.push({ id: newId(), lineNo: lines.length + 1, parentLineId: id, priced: child })
  }
  return lines
}

/** Lines that need stock. */
export function stockLines(draft: Pick<OrderDraft, 'lines'>): SourcingLine[] {
  return draft.lines
    .filter((line) => line.priced.supply === 'stock')
    .map((line) => ({
      key: line.id,
      itemId: line.priced.item.id,
      sku: line.priced.item.sku,
      quantity: line.priced.quantity,
      onlyCode: line.priced.warehouseCode,
    }))
}

/** Lines that go with the first shipment without a pick: services, vouchers. Kit parents carry nothing themselves. */
export function companionLines(draft: Pick<OrderDraft, 'lines'>): DraftLine[] {
  return draft.lines.filter((line) => line.priced.supply === 'none' && line.priced.item.kind !== 'kit')
}

/** Gross money of a line's part: what the customer owes us for it, tax collected by a marketplace left out. */
export function grossOf(line: { amount: number; discount: number; tax: number; marketplaceTax: number }, inclusive: boolean): number {
  return line.amount - line.discount + (inclusive ? -line.marketplaceTax : line.tax)
}

/** Cash a courier is to collect for a planned shipment: its lines' share of what is owed, charges with the first. */
export function amountToCollect(draft: OrderDraft, parts: readonly { lineId: string; quantity: number }[], isFirst: boolean): number {
  if (draft.input.payment_terms !== 'cash_on_delivery') return 0
  const inclusive = draft.input.prices_include_tax ?? true
  const byId = new Map(draft.lines.map((line) => [line.id, line.priced]))
  const goods = parts.reduce((sum, part) => {
    const line = byId.get(part.lineId)
    return line === undefined ? sum : sum + mulDivFloor(grossOf(line, inclusive), part.quantity, line.quantity)
  }, 0)
  const charges = isFirst ? draft.charges.reduce((sum, charge) => sum + grossOf({ ...charge, discount: 0 }, inclusive), 0) : 0
  return goods + charges
}

/** Rate from the order's currency to the base currency in millionths; stated when they differ. */
export function baseRate(input: OrderInput, baseCurrency: string): number {
  if (input.exchange_rate_ppm !== undefined) return input.exchange_rate_ppm
  if (input.currency === baseCurrency) return 1_000_000
  throw invalidField('/exchange_rate_ppm', 'required', `is required: the order is in ${input.currency}, the books are in ${baseCurrency}`)
}

/** The channel of an order, active. */
export function channelOf(input: OrderInput, channels: ReadonlyMap<string, IntakeChannel>): IntakeChannel {
  const channel = channels.get(input.channel)
  if (channel === undefined)
    throw invalidField('/channel', 'unknown_channel', `there is no channel ${input.channel}; create it or correct the code`)
  if (!channel.isActive)
    throw new DomainError(
      'rule',
      'orders.channel_inactive',
      `Channel ${channel.code} is not active and takes no orders. Activate it first.`,
    )
  return channel
}

/** Our own goods: the only ones promised to customers. */
export const OWN = ZERO_ID

/** What is wrong with where an order goes and whom it names. `parties` are the known ones among those named by id. */
export function customerProblems(input: OrderInput, parties: ReadonlyMap<string, unknown>): FieldProblem[] {
  const partyId = input.customer?.party_id
  const unknown =
    partyId === undefined || parties.has(partyId)
      ? []
      : [
          {
            pointer: '/customer/party_id',
            code: 'unknown_party',
            message: `there is no party ${partyId}; create it first, or name the customer by external_id`,
          },
        ]
  return [
    ...addressProblems(input.ship_to, '/ship_to'),
    ...(input.bill_to === undefined ? [] : addressProblems(input.bill_to, '/bill_to')),
    ...unknown,
  ]
}
