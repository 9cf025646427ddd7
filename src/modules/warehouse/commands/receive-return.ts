import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineBatchCommand, defineCommand, type Outcome } from '../../../kernel/command.ts'
import { type DomainError, type FieldProblem, invalidInput, invariant } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { resolveLots } from '../../inventory/index.ts'
import { readReferences, type References } from '../receipt-references.ts'
import { receiveReturns as receive, type ReturnRequest } from '../receive-returns.ts'
import { Code, Currency, instantOf, Quantity, Reason } from '../schemas.ts'

const Amount = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000_000 })
const ReturnLine = exactly({
  shipment_line_id: Type.Optional(Uuid),
  order_line_id: Type.Optional(Uuid),
  sku: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  item_id: Type.Optional(Uuid),
  quantity: Quantity,
  location_id: Type.Optional(Uuid),
  location_code: Type.Optional(Code),
  lot: Type.Optional(Code),
  disposition: Type.Optional(Type.Enum(['restock', 'quarantine', 'repair', 'refurbish', 'scrap', 'supplier', 'reject'])),
  amount: Type.Optional(Amount),
  tax: Type.Optional(Amount),
})

/** Goods that came back. A line names the sale by shipment line or order line, or only the item; `amount` and `tax` are the credit for goods of no known sale. */
export const NewReturn = exactly({
  warehouse_id: Type.Optional(Uuid),
  warehouse_code: Type.Optional(Code),
  order_id: Type.Optional(Uuid),
  party_id: Type.Optional(Uuid),
  reason: Reason,
  note: Type.Optional(Type.String({ maxLength: 2000 })),
  currency: Type.Optional(Currency),
  happened_at: Type.Optional(Instant),
  lines: Type.Array(ReturnLine, { minItems: 1, maxItems: 1000 }),
})
export type NewReturn = Static<typeof NewReturn>

export const ReturnWritten = exactly({ id: Uuid, number: Type.Integer() })
const ERRORS = ['warehouse.more_than_shipped']

/** A shipped line that a return names. */
interface Sale {
  id: string
  orderLineId: string
  itemId: string
  ownerId: string
  supply: string
  currency: string
  lotId: string | null
}

/**
 * Receives returns. What names nothing we know is refused by itself; a sale of which less can come back refuses the whole call,
 * because the quantities of one sale are shared among its returns. With `rma_id` (and by line `rma_line_ids`, in their order) the
 * receipt answers an authorization, and more than was sold is taken too.
 * @throws `warehouse.more_than_shipped` (rule)
 */
export async function receiveReturnDocuments(
  run: CommandRun,
  inputs: readonly (NewReturn & { rma_id?: string; rma_line_ids?: readonly (string | undefined)[] })[],
): Promise<Outcome<Static<typeof ReturnWritten>>[]> {
  const references = await readReferences(run, inputs, 'RETURNS')
  const sales = await readSales(run, inputs)
  const problems = inputs.map((input) => problemsOf(run, input, references, sales))
  const good = inputs.filter((_, index) => problems[index]?.length === 0)
  const itemOf = (line: NewReturn['lines'][number]): string => saleOf(line, sales)?.itemId ?? references.item(line)?.id ?? ''
  const lots =
    good.length === 0
      ? []
      : await resolveLots(
          run,
          good.flatMap((input) => input.lines.map((line) => ({ itemId: itemOf(line), lot: line.lot }))),
          true,
        )
  let place = 0
  const requests = good.map((input): ReturnRequest => {
    const warehouseId = references.warehouse(input)?.id ?? ''
    return {
      warehouseId,
      orderId: input.order_id ?? null,
      partyId: input.party_id ?? null,
      reason: input.reason,
      note: input.note ?? '',
      happenedAt: instantOf(input.happened_at, run.now),
      currency:
        input.currency ??
        input.lines.map((line) => saleOf(line, sales)?.currency).find((currency) => currency !== undefined) ??
        run.ctx.org.baseCurrency,
      rmaId: input.rma_id ?? null,
      lines: input.lines.map((line, index) => {
        const rmaLineId = input.rma_line_ids?.[index]
        const sale = saleOf(line, sales)
        const lotId = lots[place++] ?? ZERO_ID
        return {
          ...(line.shipment_line_id === undefined ? {} : { shipmentLineId: line.shipment_line_id }),
          ...(line.order_line_id === undefined ? {} : { orderLineId: line.order_line_id }),
          ...(rmaLineId === undefined ? {} : { rmaLineId }),
          itemId: itemOf(line),
          lotId: line.lot === undefined ? (sale?.lotId ?? ZERO_ID) : lotId,
          ownerId: sale?.ownerId ?? ZERO_ID,
          quantity: line.quantity,
          locationId: references.location(line, warehouseId)?.id ?? '',
          disposition: line.disposition ?? 'restock',
          statedAmount: line.amount ?? null,
          statedTax: line.tax ?? null,
        }
      }),
    }
  })
  const received = requests.length === 0 ? [] : await receive(run, requests)
  let next = 0
  return problems.map((found) => {
    if (found.length > 0) return { ok: false, error: invalidInput(found) }
    const outcome = received[next++]
    invariant(outcome !== undefined, 'every good receipt has an outcome')
    return outcome.ok ? { ok: true, value: { id: outcome.value.id, number: outcome.value.number } } : outcome
  })
}

function saleOf(line: NewReturn['lines'][number], sales: readonly Sale[]): Sale | undefined {
  if (line.shipment_line_id !== undefined) return sales.find((sale) => sale.id === line.shipment_line_id)
  return line.order_line_id === undefined ? undefined : sales.find((sale) => sale.orderLineId === line.order_line_id)
}

async function readSales({ tx, ctx }: CommandRun, inputs: readonly NewReturn[]): Promise<Sale[]> {
  const lines = inputs.flatMap((input) => input.lines)
  const ids = lines.flatMap((line) => line.shipment_line_id ?? [])
  const orderLines = lines.flatMap((line) => line.order_line_id ?? [])
  if (ids.length + orderLines.length === 0) return []
  const { rows } = await sql<Sale>`
    select l.id, l.source_line_id as "orderLineId", l.item_id as "itemId", l.owner_id as "ownerId", l.supply, s.currency::text,
           (select case when count(distinct p.lot_id) = 1 then (array_agg(p.lot_id))[1] end from warehouse.pick p where p.org_id = l.org_id and p.shipment_line_id = l.id and p.picked_quantity > p.put_back_quantity + p.lost_quantity) as "lotId"
      from warehouse.shipment_line l join warehouse.shipment s on s.org_id = l.org_id and s.id = l.shipment_id
     where l.org_id = ${ctx.orgId} and (l.id = any(${ids}::uuid[]) or l.source_line_id = any(${orderLines}::uuid[])) order by l.shipped_quantity > 0 desc, s.number desc`.execute(
    tx,
  )
  return rows
}

function problemsOf({ now }: CommandRun, input: NewReturn, references: References, sales: readonly Sale[]): FieldProblem[] {
  const problems: FieldProblem[] = []
  const warehouse = references.warehouse(input)
  if (warehouse === undefined)
    problems.push({
      pointer: input.warehouse_id === undefined ? '/warehouse_code' : '/warehouse_id',
      code: 'unknown_warehouse',
      message: 'names no warehouse of this organization; give one by warehouse_id or warehouse_code',
    })
  try {
    instantOf(input.happened_at, now)
  } catch (error) {
    problems.push(...(error as DomainError).fields)
  }
  for (const [index, line] of input.lines.entries()) {
    const at = `/lines/${index}`
    const named = [line.shipment_line_id, line.order_line_id, line.sku, line.item_id].filter((value) => value !== undefined)
    if (named.length !== 1)
      problems.push({
        pointer: `${at}/shipment_line_id`,
        code: 'sale_once',
        message: 'name what came back by shipment_line_id, order_line_id, sku or item_id, one of them',
      })
    else problems.push(...namedProblems(line, at, references, sales))
    if (warehouse !== undefined && references.location(line, warehouse.id) === undefined)
      problems.push({
        pointer: `${at}/location_${line.location_id === undefined ? 'code' : 'id'}`,
        code: 'unknown_location',
        message: `there is no location ${line.location_code ?? line.location_id ?? 'RETURNS'} in warehouse ${warehouse.code}; create it or correct it`,
      })
    if (line.tax !== undefined && line.tax > (line.amount ?? 0))
      problems.push({ pointer: `${at}/tax`, code: 'more_than_amount', message: 'is more than the amount it is part of; correct it' })
  }
  return problems
}

function namedProblems(line: NewReturn['lines'][number], at: string, references: References, sales: readonly Sale[]): FieldProblem[] {
  if (line.shipment_line_id !== undefined || line.order_line_id !== undefined) {
    const field = line.shipment_line_id === undefined ? 'order_line_id' : 'shipment_line_id'
    const sale = saleOf(line, sales)
    if (sale === undefined)
      return [
        { pointer: `${at}/${field}`, code: 'unknown_sale', message: 'names nothing that was sent; correct it or name the item by sku' },
      ]
    return sale.supply !== 'none'
      ? []
      : [{ pointer: `${at}/${field}`, code: 'item_not_stocked', message: 'is a service or voucher; only goods come back' }]
  }
  const field = line.sku === undefined ? 'item_id' : 'sku'
  const item = references.item(line)
  if (item === undefined)
    return [
      {
        pointer: `${at}/${field}`,
        code: 'unknown_item',
        message: `there is no item ${line.sku ?? line.item_id}; create it or correct the ${field}`,
      },
    ]
  return item.kind === 'stocked'
    ? []
    : [
        {
          pointer: `${at}/${field}`,
          code: 'item_not_stocked',
          message: `${item.sku} is of kind ${item.kind}; only stocked items have goods`,
        },
      ]
}

/**
 * Receives goods that came back, at the cost they were sent with.
 * @throws `warehouse.more_than_shipped` (rule), `kernel.invalid_input` naming every bad line
 */
export const receiveReturn = defineCommand({
  name: 'warehouse.receive_return',
  permission: 'warehouse.return',
  summary: 'Receive goods that came back',
  input: NewReturn,
  output: ReturnWritten,
  errors: ERRORS,

  async run(run, input) {
    const [outcome] = await receiveReturnDocuments(run, [input])
    if (outcome?.ok !== true) throw outcome?.error ?? invalidInput([])
    return outcome.value
  },
})

/** Receives many returns in one transaction. */
export const receiveReturnsBatch = defineBatchCommand({
  name: 'warehouse.receive_returns_batch',
  permission: 'warehouse.return',
  summary: 'Receive many returns',
  element: NewReturn,
  output: ReturnWritten,
  maxElements: 500,
  errors: ERRORS,
  run: receiveReturnDocuments,
})
