import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { isCurrency } from '../../kernel/money.ts'
import { exactly, Instant, Uuid } from '../../kernel/schema.ts'
import { changeExpected, lockPositions, resolveLots } from '../inventory/index.ts'
import { findSuppliersByName, upsertParties } from '../parties/index.ts'
import { type Booking, bookReceipts, type ReceiptHeader, type ReceiptLine } from './receive-goods.ts'
import { readReferences, type References } from './receipt-references.ts'
import { Code, Currency, IN_FUTURE, instantOf, liesAhead, Quantity, UnitCost } from './schemas.ts'

export const NewReceiptLine = exactly({
  sku: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  item_id: Type.Optional(Uuid),
  expected_quantity: Type.Optional(Quantity),
  quantity: Type.Optional(Quantity),
  unit_cost: Type.Optional(UnitCost),
  provisional: Type.Optional(Type.Boolean()),
  location_id: Type.Optional(Uuid),
  location_code: Type.Optional(Code),
  lot: Type.Optional(Code),
})

/** Most lines of one receipt. */
const MAX_LINES = 5000

/**
 * A goods receipt: what is expected (`expected_quantity`), what is there already (`quantity`), at what cost. Without a cost goods come
 * in at the newest known one, marked assumed. `base_rate_ppm` is needed in another currency than the books': base currency minor units
 * per million minor units of `currency`.
 */
export const NewReceipt = exactly({
  kind: Type.Enum(['supplier', 'opening']),
  warehouse_id: Type.Optional(Uuid),
  warehouse_code: Type.Optional(Code),
  supplier_id: Type.Optional(Uuid),
  supplier_name: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  reference: Type.Optional(Type.String({ maxLength: 200 })),
  currency: Currency,
  base_rate_ppm: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
  expected_at: Type.Optional(Instant),
  received_at: Type.Optional(Instant),
  lines: Type.Array(NewReceiptLine, { minItems: 1, maxItems: MAX_LINES }),
})
export type NewReceipt = Static<typeof NewReceipt>

export const ReceiptWritten = exactly({
  id: Uuid,
  number: Type.Integer(),
  status: Type.String(),
  lines: Type.Array(exactly({ id: Uuid, line_no: Type.Integer(), quantity: Type.Integer() })),
})
export type ReceiptWritten = Static<typeof ReceiptWritten>

interface Draft {
  header: ReceiptHeader & { supplierId: string | null; reference: string; expectedAt: Date | null; createdAt: Date }
  lines: (ReceiptLine & { lineNo: number })[]
  parts: { lineId: string; quantity: number; locationId: string }[]
  receivedAt: Date
}

/**
 * Makes goods receipts and books in what is already there, set-based. A receipt that names what does not exist is refused alone.
 * Raises `warehouse.goods_receipt_created` and, where goods came in, `warehouse.goods_received`.
 */
export async function createReceipts(run: CommandRun, inputs: readonly NewReceipt[]): Promise<Outcome<ReceiptWritten>[]> {
  const references = await readReferences(run, inputs)
  const problems = inputs.map((input) => receiptProblems(run, input, references))
  const good = inputs.filter((_, index) => problems[index]?.length === 0)
  const drafts = await draftReceipts(run, good, references)
  await insertReceipts(run, drafts)
  const expected = drafts.flatMap(({ header, lines }) =>
    lines.map((line) => ({
      sourceType: 'goods_receipt',
      sourceId: header.id,
      sourceLineId: line.id,
      itemId: line.itemId,
      warehouseId: header.warehouseId,
      ownerId: line.ownerId,
      quantity: line.expectedQuantity ?? 0,
      expectedAt: header.expectedAt,
    })),
  )
  await lockPositions(run.tx, run.ctx.orgId, expected)
  await changeExpected(run, expected)
  const bookings = drafts
    .filter((draft) => draft.parts.length > 0)
    .map(({ header, lines, parts, receivedAt }): Booking => ({ receipt: header, lines, parts, happenedAt: receivedAt }))
  await bookReceipts(run, bookings)
  let next = 0
  return problems.map((found): Outcome<ReceiptWritten> => {
    if (found.length > 0) return { ok: false, error: invalidInput(found) }
    const { header, lines } = drafts[next++] as Draft
    const done = lines.every((line) => line.receivedQuantity >= (line.expectedQuantity ?? 0))
    const status = lines.every((line) => line.receivedQuantity === 0) ? 'open' : done ? 'received' : 'partly_received'
    return {
      ok: true,
      value: {
        id: header.id,
        number: header.number,
        status,
        lines: lines.map((line) => ({ id: line.id, line_no: line.lineNo, quantity: line.receivedQuantity })),
      },
    }
  })
}

function receiptProblems({ ctx, now }: CommandRun, input: NewReceipt, references: References): FieldProblem[] {
  const problems: FieldProblem[] = []
  const warehouse = references.warehouse(input)
  if (warehouse === undefined)
    problems.push({
      pointer: input.warehouse_id === undefined ? '/warehouse_code' : '/warehouse_id',
      code: 'unknown_warehouse',
      message: 'names no warehouse of this organization; give one by warehouse_id or warehouse_code',
    })
  if (input.kind === 'supplier' && (input.supplier_id === undefined) === (input.supplier_name === undefined))
    problems.push({
      pointer: '/supplier_name',
      code: 'supplier_once',
      message: 'name the supplier by supplier_id or by supplier_name, one of the two',
    })
  if (input.kind === 'opening' && (input.supplier_id ?? input.supplier_name) !== undefined)
    problems.push({
      pointer: '/supplier_name',
      code: 'no_supplier',
      message: 'opening stock has no supplier; remove it or use kind supplier',
    })
  if (input.supplier_id !== undefined && !references.suppliers.has(input.supplier_id))
    problems.push({
      pointer: '/supplier_id',
      code: 'unknown_supplier',
      message: 'names no party of this organization; create it or correct it',
    })
  if (!isCurrency(input.currency)) problems.push({ pointer: '/currency', code: 'currency', message: 'is no currency of ISO 4217' })
  else if (input.currency !== ctx.org.baseCurrency && input.base_rate_ppm === undefined)
    problems.push({
      pointer: '/base_rate_ppm',
      code: 'required',
      message: `is required for ${input.currency}: what a million minor units are worth in ${ctx.org.baseCurrency}`,
    })
  if (input.received_at !== undefined && liesAhead(input.received_at, now))
    problems.push({ pointer: '/received_at', code: 'in_future', message: IN_FUTURE })
  return [...problems, ...input.lines.flatMap((line, index) => lineProblems(line, index, input, references))]
}

function lineProblems(line: NewReceipt['lines'][number], index: number, input: NewReceipt, references: References): FieldProblem[] {
  const at = `/lines/${index}`
  const problems: FieldProblem[] = []
  const field = line.item_id === undefined ? 'sku' : 'item_id'
  const item = references.item(line)
  if ((line.sku === undefined) === (line.item_id === undefined))
    problems.push({ pointer: `${at}/sku`, code: 'item_once', message: 'name the item by sku or by item_id, one of the two' })
  else if (item === undefined)
    problems.push({
      pointer: `${at}/${field}`,
      code: 'unknown_item',
      message: `there is no item ${line.sku ?? line.item_id}; create it or correct the ${field}`,
    })
  else if (item.kind !== 'stocked')
    problems.push({
      pointer: `${at}/${field}`,
      code: 'item_not_stocked',
      message: `${item.sku} is of kind ${item.kind}; only stocked items have goods`,
    })
  if ((line.expected_quantity ?? line.quantity) === undefined)
    problems.push({
      pointer: `${at}/quantity`,
      code: 'required',
      message: 'say what is there (quantity) or what is to come (expected_quantity)',
    })
  if (line.location_id !== undefined && line.location_code !== undefined)
    problems.push({
      pointer: `${at}/location_code`,
      code: 'location_once',
      message: 'name the location by location_id or by location_code, one of the two',
    })
  const warehouse = references.warehouse(input)
  if (warehouse !== undefined && references.location(line, warehouse.id) === undefined)
    problems.push({
      pointer: `${at}/location_${line.location_id === undefined ? 'code' : 'id'}`,
      code: 'unknown_location',
      message: `there is no location ${line.location_code ?? line.location_id ?? 'RECEIVING'} in warehouse ${warehouse.code}; create it or correct it`,
    })
  if (line.unit_cost?.currency !== undefined && line.unit_cost.currency !== input.currency)
    problems.push({
      pointer: `${at}/unit_cost/currency`,
      code: 'other_currency',
      message: `must be ${input.currency}, the currency of the receipt`,
    })
  return problems
}

async function draftReceipts(run: CommandRun, inputs: readonly NewReceipt[], references: References): Promise<Draft[]> {
  if (inputs.length === 0) return []
  const { ctx, now } = run
  const suppliers = await suppliersByName(run, inputs)
  const lots = await resolveLots(
    run,
    inputs.flatMap((input) => input.lines.map((line) => ({ itemId: references.item(line)?.id ?? '', lot: line.lot }))),
    true,
  )
  const first = await takeNumbers(run.tx, ctx.orgId, 'goods_receipt', inputs.length)
  let next = 0
  return inputs.map((input, index): Draft => {
    const warehouseId = references.warehouse(input)?.id ?? ''
    const header = {
      id: run.newId(),
      number: first + index,
      kind: input.kind,
      warehouseId,
      currency: input.currency,
      baseRatePpm: input.base_rate_ppm ?? 1_000_000,
      status: 'open',
      supplierId: input.supplier_id ?? suppliers.get(nameKey(input.supplier_name ?? '')) ?? null,
      reference: input.reference ?? '',
      expectedAt: input.expected_at === undefined ? null : new Date(input.expected_at),
      createdAt: now,
    }
    const lines = input.lines.map((line, place) => ({
      id: run.newId(),
      lineNo: place + 1,
      itemId: references.item(line)?.id ?? '',
      lotId: lots[next++] ?? ZERO_ID,
      ownerId: ZERO_ID,
      expectedQuantity: line.expected_quantity ?? null,
      receivedQuantity: 0,
      receivedValueMinor: 0,
      unitCost: line.unit_cost?.amount ?? null,
      unitCostScale: line.unit_cost?.scale ?? 2,
      provisional: line.provisional ?? false,
    }))
    const parts = input.lines.flatMap((line, place) =>
      line.quantity === undefined
        ? []
        : [{ lineId: lines[place]?.id ?? '', quantity: line.quantity, locationId: references.location(line, warehouseId)?.id ?? '' }],
    )
    return { header, lines, parts, receivedAt: instantOf(input.received_at, now, '/received_at') }
  })
}

/** Suppliers that receipts name: those we know by that name, new ones for the rest. */
async function suppliersByName(run: CommandRun, inputs: readonly NewReceipt[]): Promise<Map<string, string>> {
  const names = [
    ...new Map(
      inputs.flatMap((input) =>
        input.supplier_name === undefined ? [] : [[nameKey(input.supplier_name), input.supplier_name.trim()] as const],
      ),
    ).entries(),
  ]
  if (names.length === 0) return new Map()
  const known = await findSuppliersByName(
    run.tx,
    run.ctx.orgId,
    names.map(([, name]) => name),
  )
  const fresh = names.filter(([key]) => !known.has(key))
  const made = await upsertParties(
    run.tx,
    run.ctx,
    fresh.map(([key, name]) => ({ external_id: `supplier:${key}`.slice(0, 200), name, is_supplier: true })),
    run.now,
  )
  return new Map([...known, ...fresh.map(([key]) => [key, made.get(`supplier:${key}`.slice(0, 200)) ?? ''] as const)])
}

function nameKey(name: string): string {
  return name.trim().toLowerCase()
}

async function insertReceipts(run: CommandRun, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return
  const { tx, ctx } = run
  const headers = drafts.map((draft) => draft.header)
  await sql`
    insert into warehouse.goods_receipt (org_id, id, number, kind, warehouse_id, supplier_id, reference, currency, base_rate_ppm, expected_at, created_at)
    select ${ctx.orgId}, r.id, r.number, r.kind, r.warehouseId, r.supplierId, r.reference, r.currency, r.baseRatePpm, r.expectedAt, r.createdAt
      from ${rowsOf(headers, { id: 'uuid', number: 'bigint', kind: 'text', warehouseId: 'uuid', supplierId: 'uuid', reference: 'text', currency: 'text', baseRatePpm: 'bigint', expectedAt: 'timestamptz', createdAt: 'timestamptz' }, 'r')}`.execute(
    tx,
  )
  const lines = drafts.flatMap(({ header, lines: own }) => own.map((line) => ({ ...line, receiptId: header.id })))
  await sql`
    insert into warehouse.goods_receipt_line (org_id, id, receipt_id, line_no, item_id, lot_id, owner_id, expected_quantity, unit_cost, unit_cost_scale, provisional)
    select ${ctx.orgId}, l.id, l.receiptId, l.lineNo, l.itemId, l.lotId, l.ownerId, l.expectedQuantity, l.unitCost, l.unitCostScale, l.provisional
      from ${rowsOf(lines, { id: 'uuid', receiptId: 'uuid', lineNo: 'integer', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', expectedQuantity: 'bigint', unitCost: 'bigint', unitCostScale: 'smallint', provisional: 'boolean' }, 'l')}`.execute(
    tx,
  )
  for (const { header, lines: own } of drafts) {
    run.emit({
      type: 'warehouse.goods_receipt_created',
      documentType: 'goods_receipt',
      documentId: header.id,
      payload: {
        number: header.number,
        kind: header.kind,
        warehouse_id: header.warehouseId,
        supplier_id: header.supplierId,
        reference: header.reference,
        lines: own.length,
      },
    })
  }
}
