import { sql } from 'kysely'
import { type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { allocate, taxOf } from '../../kernel/money.ts'
import type { OrderChange } from './change-input.ts'
import type { OrderRun } from './order.repo.ts'
import type { TaxChange } from './order-totals.ts'
import { discountRest, type RestLine, sumRest } from './rest-money.ts'

interface ChargeRow {
  id: string
  amount: number
  discount: number
  tax: number
  marketplaceTax: number
  rate: number | null
  recognized: boolean
  canceled: boolean
  lineNo: number
}

/**
 * Changes an order's charges: those that a shipment has brought stand. Answers what its taxes gain and lose. The caller holds the order.
 * @throws `kernel.invalid_input` at `/charges/N/…`
 */
export async function changeCharges(
  run: OrderRun,
  orderId: string,
  changes: NonNullable<OrderChange['charges']>,
  { inclusive, dominantRatePpm }: { inclusive: boolean; dominantRatePpm: number },
): Promise<TaxChange[]> {
  if (changes.length === 0) return []
  const { tx, ctx } = run
  const { rows: known } = await sql<ChargeRow>`
    select id, amount, discount, tax, marketplace_tax as "marketplaceTax", tax_rate_ppm as rate, recognized_shipment_id is not null as recognized, canceled_at is not null as canceled, line_no as "lineNo"
      from orders.order_charge where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid order by line_no`.execute(tx)
  const problems = changes.flatMap((change, index) => chargeProblem(change, index, known))
  if (problems.length > 0) throw invalidInput(problems)
  const taxes: TaxChange[] = []
  let lineNo = known.at(-1)?.lineNo ?? 0
  for (const change of changes) {
    const charge = known.find((row) => row.id === change.charge_id)
    const ratePpm = change.tax_rate_ppm ?? charge?.rate ?? dominantRatePpm
    const tax = taxOf(change.amount, ratePpm, inclusive)
    if (charge !== undefined)
      taxes.push({
        ratePpm: charge.rate ?? dominantRatePpm,
        collectedBy: 'merchant',
        base: -netOf(charge.amount, charge.tax, inclusive),
        amount: -charge.tax,
      })
    if (change.amount > 0) taxes.push({ ratePpm, collectedBy: 'merchant', base: netOf(change.amount, tax, inclusive), amount: tax })
    lineNo += charge === undefined ? 1 : 0
    // oxlint-disable-next-line no-await-in-loop -- an order has a few charges
    await writeCharge(run, orderId, { id: charge?.id ?? null, lineNo, ratePpm, tax, change })
  }
  return taxes
}

function netOf(amount: number, tax: number, inclusive: boolean): number {
  return inclusive ? amount - tax : amount
}

function chargeProblem(change: NonNullable<OrderChange['charges']>[number], index: number, known: readonly ChargeRow[]): FieldProblem[] {
  const at = `/charges/${index}`
  if (change.charge_id === undefined)
    return change.kind === undefined || change.amount === 0
      ? [{ pointer: `${at}/kind`, code: 'required', message: 'is required for a new charge, with an amount above 0' }]
      : []
  const charge = known.find((row) => row.id === change.charge_id)
  if (charge === undefined)
    return [{ pointer: `${at}/charge_id`, code: 'unknown_charge', message: 'is no charge of this order; reload it' }]
  if (charge.recognized)
    return [{ pointer: `${at}/amount`, code: 'charged', message: 'was charged with a shipment and stands; refund it, or add a charge' }]
  if (charge.canceled) return [{ pointer: `${at}/charge_id`, code: 'canceled', message: 'is canceled; add a new charge' }]
  if (charge.marketplaceTax !== 0 || charge.discount !== 0)
    return [
      {
        pointer: `${at}/amount`,
        code: 'fixed',
        message: 'is taxed by the marketplace or discounted by the channel and stands; add a charge or a discount',
      },
    ]
  return []
}

interface ChargeToWrite {
  id: string | null
  lineNo: number
  ratePpm: number
  tax: number
  change: NonNullable<OrderChange['charges']>[number]
}

async function writeCharge(run: OrderRun, orderId: string, { id, lineNo, ratePpm, tax, change }: ChargeToWrite): Promise<void> {
  const { orgId } = run.ctx
  if (id === null)
    await sql`
      insert into orders.order_charge (org_id, id, order_id, line_no, kind, name, amount, tax, tax_rate_ppm)
      values (${orgId}, ${run.newId()}::uuid, ${orderId}::uuid, ${lineNo}, ${change.kind ?? 'other'}, ${change.name ?? ''}, ${change.amount}, ${tax}, ${ratePpm})`.execute(
      run.tx,
    )
  else if (change.amount === 0) await sql`delete from orders.order_charge where org_id = ${orgId} and id = ${id}::uuid`.execute(run.tx)
  else
    await sql`
      update orders.order_charge set amount = ${change.amount}, tax = ${tax}, tax_rate_ppm = ${ratePpm}, name = coalesce(${change.name ?? null}::text, name), kind = coalesce(${change.kind ?? null}::text, kind)
       where org_id = ${orgId} and id = ${id}::uuid`.execute(run.tx)
}

/**
 * Changes the discounts of a whole order; what they gain or lose is spread over what is not shipped or canceled, by largest remainder.
 * Changes `rests` in place. The caller holds the order and writes the lines afterwards.
 * @throws `kernel.invalid_input` at `/discounts/N/…`
 */
export async function changeDiscounts(
  run: OrderRun,
  orderId: string,
  changes: NonNullable<OrderChange['discounts']>,
  rests: ReadonlyMap<string, RestLine>,
): Promise<void> {
  if (changes.length === 0) return
  const { tx, ctx } = run
  const { rows: known } = await sql<{ id: string; amount: number }>`
    select id, amount from orders.order_discount where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and line_id is null`.execute(
    tx,
  )
  for (const [index, change] of changes.entries()) {
    const discount = known.find((row) => row.id === change.discount_id)
    if (change.discount_id !== undefined && discount === undefined)
      throw invalidInput([
        {
          pointer: `/discounts/${index}/discount_id`,
          code: 'unknown_discount',
          message: "is no discount of the whole order; a line's own discount changes with the line",
        },
      ])
    spreadOverOrder(change.amount - (discount?.amount ?? 0), `/discounts/${index}/amount`, [...rests.values()])
    // oxlint-disable-next-line no-await-in-loop -- an order has a few discounts
    await writeDiscount(run, orderId, discount?.id ?? null, change)
  }
}

function spreadOverOrder(change: number, pointer: string, rests: readonly RestLine[]): void {
  const sums = rests.map((rest) => sumRest(rest.leaves))
  const open = rests.map((rest, index) => {
    const sum = sums[index] ?? { amount: 0, discount: 0, tax: 0 }
    if (rest.collectedBy === 'marketplace' && rest.leaves.some((leaf) => leaf.line.slicedQuantity > 0)) return 0
    return change > 0 ? sum.amount - sum.discount : sum.discount
  })
  const room = open.reduce((sum, part) => sum + part, 0)
  if (Math.abs(change) > room)
    throw invalidInput([
      {
        pointer,
        code: 'too_large',
        message:
          change > 0
            ? `discounts ${change} more, but only ${room} of the order is not shipped or canceled; lower it, or refund the difference`
            : `takes back ${-change}, but only ${room} of the discount is not shipped or canceled`,
      },
    ])
  for (const [index, share] of allocate(change, open).entries()) {
    const rest = rests[index]
    if (rest !== undefined) discountRest(rest, share)
  }
}

async function writeDiscount(
  run: OrderRun,
  orderId: string,
  id: string | null,
  change: NonNullable<OrderChange['discounts']>[number],
): Promise<void> {
  const { orgId } = run.ctx
  if (id === null) {
    if (change.amount > 0)
      await sql`
        insert into orders.order_discount (org_id, id, order_id, code, name, amount)
        values (${orgId}, ${run.newId()}::uuid, ${orderId}::uuid, ${change.code ?? ''}, ${change.name ?? ''}, ${change.amount})`.execute(
        run.tx,
      )
  } else if (change.amount === 0) await sql`delete from orders.order_discount where org_id = ${orgId} and id = ${id}::uuid`.execute(run.tx)
  else
    await sql`
      update orders.order_discount set amount = ${change.amount}, code = coalesce(${change.code ?? null}::text, code), name = coalesce(${change.name ?? null}::text, name)
       where org_id = ${orgId} and id = ${id}::uuid`.execute(run.tx)
}

/** Makes a line's own discount one row of this amount; none when it is 0. */
export async function setOwnDiscount(run: OrderRun, orderId: string, lineId: string, amount: number): Promise<void> {
  const { orgId } = run.ctx
  await sql`delete from orders.order_discount where org_id = ${orgId} and order_id = ${orderId}::uuid and line_id = ${lineId}::uuid`.execute(
    run.tx,
  )
  if (amount > 0)
    await sql`
      insert into orders.order_discount (org_id, id, order_id, line_id, amount) values (${orgId}, ${run.newId()}::uuid, ${orderId}::uuid, ${lineId}::uuid, ${amount})`.execute(
      run.tx,
    )
}
