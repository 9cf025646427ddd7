import { sql } from 'kysely'
import { taxOf } from '../../kernel/money.ts'
import type { OrderChange } from './change-input.ts'
import type { TaxRates } from './channel-fields.ts'
import type { TopLine } from './change-lines.ts'
import type { OrderRun } from './order.repo.ts'
import type { TaxChange } from './order-totals.ts'
import type { RestLine } from './rest-money.ts'
import type { SourcingHead } from './source-more.ts'

/** The rate of a line in the new country, by its tax class. */
export type CountryRate = (line: Pick<TopLine, 'taxClass' | 'classRatePpm'>) => number

/**
 * The rates that follow a changed country of delivery, as the order's channel says; null where the country stays or the channel says
 * nothing: then tax stays as it was taken in. A country that is not named has the rates of the tax classes.
 */
export async function readCountryRates(run: OrderRun, head: SourcingHead, change: OrderChange): Promise<CountryRate | null> {
  const country = change.ship_to?.country
  if (country === undefined || country === head.shipTo['country']) return null
  const { rows } = await sql<{ rates: TaxRates }>`
    select tax_rates as rates from orders.channel where org_id = ${run.ctx.orgId} and id = ${head.channelId}::uuid`.execute(run.tx)
  const rates = rows[0]?.rates ?? []
  if (rates.length === 0) return null
  const own = rates.filter((rate) => rate.country === country)
  const general = own.find((rate) => rate.tax_class === null)
  return ({ taxClass, classRatePpm }) =>
    (own.find((rate) => rate.tax_class === taxClass && taxClass !== null) ?? general)?.rate_ppm ?? classRatePpm
}

/** Gives lines that are not all frozen their new rate; lines whose tax a marketplace collects stay. Answers the lines that changed. */
export function retaxLines(rests: ReadonlyMap<string, RestLine>, tops: readonly TopLine[], rateOf: CountryRate): TopLine[] {
  return tops.filter((top) => {
    const rest = rests.get(top.id)
    const ratePpm = rateOf(top)
    const isOpen = rest?.leaves.some(({ line }) => line.slicedQuantity < line.ordered) ?? false
    if (rest === undefined || !isOpen || rest.collectedBy === 'marketplace' || ratePpm === rest.taxRatePpm) return false
    rest.newRatePpm = ratePpm
    rest.changed = true
    return true
  })
}

/** Keeps the new rate of lines, of kits with their components. */
export async function writeRates({ tx, ctx }: OrderRun, lineIds: readonly string[], rateOf: (lineId: string) => number): Promise<void> {
  if (lineIds.length === 0) return
  await sql`
    update orders.order_line l set tax_rate_ppm = t.rate from unnest(${lineIds}::uuid[], ${lineIds.map(rateOf)}::integer[]) as t(id, rate)
     where l.org_id = ${ctx.orgId} and (l.id = t.id or l.parent_line_id = t.id)`.execute(tx)
}

/** Charges that were taxed like the lines, and that no shipment has brought, are taxed like them again. */
export async function retaxCharges(
  { tx, ctx }: OrderRun,
  orderId: string,
  { from, to, inclusive }: { from: number; to: number; inclusive: boolean },
): Promise<TaxChange[]> {
  if (from === to) return []
  const { rows } = await sql<{ id: string; amount: number; tax: number }>`
    select id, amount - discount as amount, tax from orders.order_charge
     where org_id = ${ctx.orgId} and order_id = ${orderId}::uuid and recognized_shipment_id is null and canceled_at is null and marketplace_tax = 0 and coalesce(tax_rate_ppm, ${from}) = ${from} order by line_no`.execute(
    tx,
  )
  const netOf = (amount: number, tax: number) => (inclusive ? amount - tax : amount)
  const changes: TaxChange[] = []
  for (const { id, amount, tax } of rows) {
    const now = taxOf(amount, to, inclusive)
    changes.push(
      { ratePpm: from, collectedBy: 'merchant', base: -netOf(amount, tax), amount: -tax },
      { ratePpm: to, collectedBy: 'merchant', base: netOf(amount, now), amount: now },
    )
    // oxlint-disable-next-line no-await-in-loop -- an order has a few charges
    await sql`update orders.order_charge set tax = ${now}, tax_rate_ppm = ${to} where org_id = ${ctx.orgId} and id = ${id}::uuid`.execute(
      tx,
    )
  }
  return changes
}
