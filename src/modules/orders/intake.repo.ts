import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { formatMinor } from '../../kernel/money.ts'
import { columnsOf, writePart } from '../../kernel/statement.ts'
import { axesOf } from './axes.ts'
import type { DraftLine, OrderDraft } from './draft-order.ts'
import { type Vector, writeLinesLater } from './line.repo.ts'

/** Leaves sourced drafts to be written: orders with their decisions, lines, charges, discounts, taxes, holds, payments. */
export function writeOrdersLater(run: CommandRun, drafts: readonly OrderDraft[], numbers: ReadonlyMap<string, number>): void {
  writeHeaders(run, drafts, numbers)
  writeLinesLater(
    run,
    drafts.flatMap((draft) => draft.lines.map((line) => ({ ...line, orderId: draft.id, vector: vectorOf(draft, line) }))),
  )
  writeMoney(run, drafts)
  writeMismatches(run, drafts)
  writePayments(run, drafts)
}

/** Where a line stands right after sourcing. Stock that no warehouse may serve is pending. */
function vectorOf(draft: OrderDraft, line: DraftLine): Vector {
  const reserved = (draft.answer?.assigned ?? []).filter((part) => part.key === line.id).reduce((sum, part) => sum + part.quantity, 0)
  const missing = (draft.answer?.missing ?? []).find((part) => part.key === line.id)
  const backordered = missing === undefined || missing.warehouseIds.length === 0 ? 0 : missing.quantity
  return { reserved, backordered, pending: line.priced.quantity - reserved - backordered }
}

/** Columns of `orders.sales_order` that intake fills by row, with their types. */
const HEADER_COLUMNS = {
  id: 'uuid',
  number: 'bigint',
  channel_id: 'uuid',
  external_id: 'text',
  intake_hash: 'bytea',
  placed_at: 'timestamptz',
  currency: 'text',
  prices_include_tax: 'boolean',
  payment_terms: 'text',
  party_id: 'uuid',
  customer_name: 'text',
  customer_email: 'text',
  customer_phone: 'text',
  tax_ids: 'jsonb',
  bill_to: 'jsonb',
  ship_to: 'jsonb',
  ship_country: 'text',
  priority: 'integer',
  promised_at: 'timestamptz',
  note: 'text',
  base_rate_ppm: 'bigint',
  channel_total: 'bigint',
  lines_amount: 'bigint',
  charges_amount: 'bigint',
  discounts_amount: 'bigint',
  tax_amount: 'bigint',
  marketplace_tax_amount: 'bigint',
  total: 'bigint',
  state: 'text',
  payment_status: 'text',
  reservation_status: 'text',
  fulfillment_status: 'text',
  return_status: 'text',
  authorized_amount: 'bigint',
  captured_amount: 'bigint',
  hold_count: 'integer',
  tags: 'jsonb',
  reasons: 'jsonb',
} as const

function writeHeaders(run: CommandRun, drafts: readonly OrderDraft[], numbers: ReadonlyMap<string, number>): void {
  const rows = drafts.map((draft) => headerOf(draft, numbers.get(draft.id) ?? 0))
  run.later(writePart(sql`orders.insert_orders(p_org => ${run.ctx.orgId}, p_now => ${run.now}, ${columnsOf(rows, HEADER_COLUMNS)})`))
}

/** The header row of one draft. */
function headerOf(draft: OrderDraft, number: number) {
  const { input, priced } = draft
  return {
    ...axesAtIntake(draft),
    id: draft.id,
    number,
    channel_id: draft.channel.id,
    external_id: input.external_id ?? null,
    intake_hash: draft.hash,
    placed_at: draft.placedAt,
    currency: input.currency,
    prices_include_tax: input.prices_include_tax ?? true,
    payment_terms: input.payment_terms ?? 'prepaid',
    party_id: draft.partyId,
    customer_name: input.customer?.name ?? input.ship_to.name,
    customer_email: input.customer?.email ?? null,
    customer_phone: input.customer?.phone ?? input.ship_to.phone ?? null,
    tax_ids: input.customer?.tax_ids ?? [],
    bill_to: input.bill_to ?? null,
    ship_to: input.ship_to,
    ship_country: input.ship_to.country,
    priority: draft.priority,
    promised_at: input.promised_at === undefined ? null : new Date(input.promised_at),
    note: input.note ?? '',
    tags: input.tags ?? [],
    base_rate_ppm: draft.baseRatePpm,
    channel_total: input.total ?? null,
    lines_amount: priced.linesAmount,
    charges_amount: priced.chargesAmount,
    discounts_amount: priced.discountsAmount,
    tax_amount: priced.taxAmount,
    marketplace_tax_amount: priced.marketplaceTaxAmount,
    total: priced.total,
    authorized_amount: paid(draft, 'authorized'),
    captured_amount: paid(draft, 'captured'),
    hold_count: draft.mismatch ? 1 : 0,
    reasons: draft.answer?.reasons ?? {},
  }
}

/** Statuses of an order right after sourcing. */
function axesAtIntake(draft: OrderDraft): ReturnType<typeof axesOf> {
  const vectors = draft.lines.filter((line) => line.priced.item.kind !== 'kit').map((line) => ({ line, ...vectorOf(draft, line) }))
  const sum = (of: (vector: (typeof vectors)[number]) => number) => vectors.reduce((total, vector) => total + of(vector), 0)
  return axesOf({
    ordered: sum(({ line }) => line.priced.quantity),
    canceled: 0,
    pending: sum((vector) => vector.pending),
    pendingStock: sum((vector) => (vector.line.priced.supply === 'stock' ? vector.pending : 0)),
    reserved: sum((vector) => vector.reserved),
    backordered: sum((vector) => vector.backordered),
    suppliedElsewhere: 0,
    shipped: 0,
    returned: 0,
    refused: 0,
    lost: 0,
    total: draft.priced.total,
    authorized: paid(draft, 'authorized'),
    captured: paid(draft, 'captured'),
    refunded: 0,
    shipments: { planned: 1, working: 0, sent: 0, delivered: 0 },
  })
}

function paid(draft: OrderDraft, kind: 'authorized' | 'captured'): number {
  return (draft.input.payments ?? []).filter((payment) => payment.kind === kind).reduce((sum, payment) => sum + payment.amount, 0)
}

function writeMoney(run: CommandRun, drafts: readonly OrderDraft[]): void {
  const charges = drafts.flatMap((draft) =>
    draft.charges.map((charge, index) => ({
      id: charge.id,
      order_id: draft.id,
      line_no: index + 1,
      kind: charge.kind,
      name: charge.name,
      amount: charge.amount,
      tax: charge.tax,
      marketplace_tax: charge.marketplaceTax,
      tax_rate_ppm: charge.taxRatePpm,
    })),
  )
  const discounts = drafts.flatMap((draft) => [
    ...(draft.input.discounts ?? []).map((discount) => ({
      id: run.newId(),
      order_id: draft.id,
      line_id: null as string | null,
      code: discount.code ?? '',
      name: discount.name ?? '',
      amount: discount.amount,
      funded_by: discount.funded_by ?? 'merchant',
    })),
    ...lineDiscounts(run, draft),
  ])
  const taxes = drafts.flatMap((draft) =>
    draft.priced.taxes.map((tax) => ({
      id: run.newId(),
      order_id: draft.id,
      rate_ppm: tax.ratePpm,
      base: tax.base,
      amount: tax.amount,
      collected_by: tax.collectedBy,
    })),
  )
  if (charges.length + discounts.length + taxes.length === 0) return
  run.later(
    writePart(sql`orders.insert_order_money(p_org => ${run.ctx.orgId}, ${columnsOf(charges, CHARGE_COLUMNS, 'c_')},
      ${columnsOf(discounts, DISCOUNT_COLUMNS, 'd_')}, ${columnsOf(taxes, TAX_COLUMNS, 't_')})`),
  )
}

const CHARGE_COLUMNS = {
  id: 'uuid',
  order_id: 'uuid',
  line_no: 'integer',
  kind: 'text',
  name: 'text',
  amount: 'bigint',
  tax: 'bigint',
  marketplace_tax: 'bigint',
  tax_rate_ppm: 'integer',
} as const
const DISCOUNT_COLUMNS = {
  id: 'uuid',
  order_id: 'uuid',
  line_id: 'uuid',
  code: 'text',
  name: 'text',
  amount: 'bigint',
  funded_by: 'text',
} as const
const TAX_COLUMNS = { id: 'uuid', order_id: 'uuid', rate_ppm: 'integer', base: 'bigint', amount: 'bigint', collected_by: 'text' } as const

function lineDiscounts(run: CommandRun, draft: OrderDraft) {
  const top = draft.lines.filter((line) => line.parentLineId === null)
  return draft.input.lines.flatMap((line, index) =>
    (line.discount ?? 0) === 0
      ? []
      : [
          {
            id: run.newId(),
            order_id: draft.id,
            line_id: top[index]?.id ?? null,
            code: '',
            name: '',
            amount: line.discount ?? 0,
            funded_by: 'merchant',
          },
        ],
  )
}

function writeMismatches(run: CommandRun, drafts: readonly OrderDraft[]): void {
  const rows = drafts
    .filter((draft) => draft.mismatch)
    .map((draft) => ({
      id: run.newId(),
      order_id: draft.id,
      note: `The channel says ${formatMinor(draft.input.total ?? 0, draft.input.currency)} ${draft.input.currency}, the lines add up to ${formatMinor(draft.priced.total, draft.input.currency)}.`,
    }))
  if (rows.length === 0) return
  run.later(
    writePart(sql`orders.insert_total_mismatches(p_org => ${run.ctx.orgId}, p_now => ${run.now}, p_placed_by => ${run.ctx.actor.id},
      ${columnsOf(rows, { id: 'uuid', order_id: 'uuid', note: 'text' })})`),
  )
}

const PAYMENT_COLUMNS = {
  id: 'uuid',
  order_id: 'uuid',
  kind: 'text',
  amount: 'bigint',
  currency: 'text',
  method: 'text',
  reference: 'text',
  happened_at: 'timestamptz',
} as const

function writePayments(run: CommandRun, drafts: readonly OrderDraft[]): void {
  const rows = drafts.flatMap((draft) =>
    (draft.input.payments ?? []).map((payment) => ({
      id: run.newId(),
      order_id: draft.id,
      kind: payment.kind,
      amount: payment.amount,
      currency: draft.input.currency,
      method: payment.method ?? '',
      reference: payment.reference ?? null,
      happened_at: payment.happened_at === undefined ? draft.placedAt : new Date(payment.happened_at),
    })),
  )
  if (rows.length === 0) return
  run.later(writePart(sql`orders.insert_payments(p_org => ${run.ctx.orgId}, p_now => ${run.now}, ${columnsOf(rows, PAYMENT_COLUMNS)})`))
  const draftOf = new Map(drafts.map((draft) => [draft.id, draft]))
  for (const row of rows) {
    const draft = draftOf.get(row.order_id)
    run.emit({
      type: 'orders.payment_recorded',
      documentType: 'order',
      documentId: row.order_id,
      payload: { kind: row.kind, amount: row.amount, currency: row.currency },
      news: {
        ...row,
        paymentId: row.id,
        orderId: row.order_id,
        partyId: draft?.partyId ?? null,
        channelId: draft?.channel.id ?? null,
        baseRatePpm: draft?.baseRatePpm ?? 1_000_000,
        voucherId: null,
      },
    })
  }
}
