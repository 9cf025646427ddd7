import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { stableJson } from '../../../kernel/events.ts'
import { mulDivRound } from '../../../kernel/money.ts'
import { exactly, Instant } from '../../../kernel/schema.ts'
import type { AddedLine } from '../add-lines.ts'
import { OrderInput, OrderLineInput } from '../order-input.ts'

const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const Count = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description }))

const ViewLine = exactly({
  ...OrderLineInput.properties,
  external_line_id: Text(200),
  quantity: Type.Integer({
    minimum: 0,
    maximum: 1_000_000_000,
    description: 'as ordered or as it stands now; canceled units are taken off',
  }),
  canceled_quantity: Count('of the quantity, what is canceled by now'),
  shipped_quantity: Count('what the channel takes for shipped'),
  refunded_quantity: Count('what the channel takes for refunded; money comes with payments'),
})
/** A line as a channel sees it now. */
export type ViewLine = Static<typeof ViewLine>

const ViewPayment = exactly({
  kind: Type.Enum(['authorized', 'captured', 'refunded', 'collected', 'voided', 'failed']),
  amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
  reference: { ...Text(200), description: "the channel's or provider's id of this fact: the same one again is the same fact" },
  method: Type.Optional(Type.String({ maxLength: 100 })),
  provider: Type.Optional(Type.String({ maxLength: 100 })),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
  happened_at: Type.Optional(Instant),
  lines: Type.Optional(
    Type.Array(
      exactly({
        external_line_id: Text(200),
        quantity: Type.Optional(Type.Integer({ minimum: 1 })),
        amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
        tax: Type.Optional(Type.Integer({ minimum: 0 })),
      }),
      { maxItems: 5000 },
    ),
  ),
})

const {
  channel: _channel,
  external_id: _externalId,
  lines: _lines,
  payments: _payments,
  stock_hold_ids: _holds,
  stock_hold_reference: _hold,
  ...header
} = OrderInput.properties

/** What a channel says of an order now, whole: what is left out of an object was not said, what is missing from a list is gone. */
export const channelViewFields = {
  version: Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Text(200)], {
    description: 'a number, an instant or text, as the setting message_version of the channel says; a lower one than seen before is older',
  }),
  status: Type.Optional(Type.Enum(['open', 'closed', 'canceled'])),
  ...header,
  lines: Type.Array(ViewLine, { minItems: 1, maxItems: 5000 }),
  payments: Type.Optional(Type.Array(ViewPayment, { maxItems: 100 })),
  parcels: Type.Optional(
    Type.Array(
      exactly({
        carrier: Type.Optional({ ...Text(100), description: 'code of one of our carriers, or its name' }),
        tracking_number: Text(100),
        shipped_at: Type.Optional(Instant),
      }),
      { maxItems: 50, description: 'parcels that the channel sent itself; kept when what it shipped is booked' },
    ),
  ),
  raw: Type.Optional(Type.Unknown({ description: 'the body as the channel sent it, kept and shown' })),
}
const View = exactly(channelViewFields)
export type ChannelView = Static<typeof View>

export type MessageVersion = 'number' | 'time' | 'text'

/**
 * A version in the form it is compared in: bigger is newer.
 * @throws `kernel.invalid_input` at `/version` when it is not what the channel's setting says
 */
export function comparableVersion(version: number | string, kind: MessageVersion): bigint | string {
  const text = String(version)
  if (kind === 'text') return text
  if (kind === 'number' && /^\d{1,30}$/.test(text)) return BigInt(text)
  const time = kind === 'time' ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\dT/.test(text))
    throw invalidInput([
      {
        pointer: '/version',
        code: 'wrong_version',
        message: `is no ${kind === 'number' ? 'whole number' : 'instant in ISO 8601'}, which this channel counts by; send one, or change the channel's message_version`,
      },
    ])
  return BigInt(time)
}

/** Digest of a whole message: the same one again is known as the same. */
export function viewHash(view: ChannelView): Buffer {
  return createHash('sha256').update(stableJson(view)).digest()
}

/** What is wanted of a line: ordered less what the channel canceled. */
export function wantedOf(line: ViewLine): number {
  return Math.max(0, line.quantity - (line.canceled_quantity ?? 0))
}

/** Whether the channel takes the whole order for canceled. */
export function isCanceled(view: ChannelView): boolean {
  return view.status === 'canceled' || view.lines.every((line) => wantedOf(line) === 0)
}

/** @throws `kernel.invalid_input` where a line is named twice, or more is canceled than ordered */
export function checkView(view: ChannelView): void {
  const problems: FieldProblem[] = []
  const seen = new Set<string>()
  for (const [index, line] of view.lines.entries()) {
    if (seen.has(line.external_line_id))
      problems.push({ pointer: `/lines/${index}/external_line_id`, code: 'repeated', message: 'is named twice; put the line together' })
    seen.add(line.external_line_id)
    if ((line.canceled_quantity ?? 0) > line.quantity)
      problems.push({
        pointer: `/lines/${index}/canceled_quantity`,
        code: 'too_large',
        message: `is more than the quantity ${line.quantity}; correct one of them`,
      })
  }
  for (const [index, payment] of (view.payments ?? []).entries())
    for (const [place, line] of (payment.lines ?? []).entries())
      if (!seen.has(line.external_line_id))
        problems.push({
          pointer: `/payments/${index}/lines/${place}/external_line_id`,
          code: 'unknown_line',
          message: 'is no line of this message; name one of its lines',
        })
  if (problems.length > 0) throw invalidInput(problems)
}

/** The order as intake takes it: with what was canceled since, which is canceled right after, and what was paid by reference. */
export function orderInputOf(view: ChannelView, channel: string, externalId: string): OrderInput {
  const { version: _version, status: _status, raw: _raw, parcels: _parcels, lines, payments, ...rest } = view
  const paid = (payments ?? []).flatMap(({ lines: _of, provider: _provider, reason: _reason, kind, ...payment }) =>
    kind === 'authorized' || kind === 'captured' ? [{ ...payment, kind }] : [],
  )
  return {
    ...rest,
    channel,
    external_id: externalId,
    lines: lines.filter((line) => line.quantity > 0).map((line) => intakeLine(line, line.quantity)),
    ...(paid.length === 0 ? {} : { payments: paid.slice(0, 20) }),
  }
}

/** A line as intake takes it, of so many: stated sums follow the quantity. */
export function intakeLine(line: ViewLine, quantity: number): AddedLine {
  const { canceled_quantity: _canceled, shipped_quantity: _shipped, refunded_quantity: _refunded, ...rest } = line
  const part = (sum: number) => (quantity === line.quantity ? sum : mulDivRound(sum, quantity, Math.max(1, line.quantity)))
  return {
    ...rest,
    quantity,
    ...(line.amount === undefined ? {} : { amount: part(line.amount) }),
    ...(line.discount === undefined ? {} : { discount: part(line.discount) }),
    ...(line.tax_amount === undefined ? {} : { tax_amount: part(line.tax_amount) }),
  }
}
