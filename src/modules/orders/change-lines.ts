import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../kernel/errors.ts'
import { extend, mulDivRound } from '../../kernel/money.ts'
import { findItemsById } from '../catalog/index.ts'
import { openOfLine } from './cancel-order.ts'
import type { LineChangeInput } from './change-input.ts'
import type { OrderLine, OrderRun } from './order.repo.ts'
import { type ChangedLine, openRest, priceRest, raiseRest, type RestLine, discountRest, sumRest } from './rest-money.ts'
import type { MorePart } from './source-more.ts'

/** A top line of an order: what people name when they change it. */
export interface TopLine {
  id: string
  itemId: string
  sku: string
  kind: string
  unitPrice: number | null
  unitPriceScale: number
  unitScale: number
  amount: number
  ordered: number
  taxRatePpm: number
  /** Tax class of the item now, and its rate. */
  taxClass: string | null
  classRatePpm: number
  collectedBy: 'merchant' | 'marketplace'
  ownDiscount: number
}

/** Top lines of an order with how they are taxed and what discount is their own. */
export async function readTopLines(run: Pick<OrderRun, 'tx' | 'ctx'>, orderId: string): Promise<TopLine[]> {
  const { rows } = await sql<
    Omit<TopLine, 'taxRatePpm' | 'taxClass' | 'classRatePpm' | 'unitScale'> & { rate: number | null; marketplaceTax: number }
  >`
    select l.id, l.item_id as "itemId", l.sku, l.kind, l.unit_price as "unitPrice", l.unit_price_scale as "unitPriceScale", l.amount, l.ordered, l.tax_rate_ppm as rate,
           case when l.marketplace_tax <> 0 then 'marketplace' else 'merchant' end as "collectedBy",
           coalesce((select sum(d.amount) from orders.order_discount d where d.org_id = l.org_id and d.order_id = l.order_id and d.line_id = l.id), 0)::bigint as "ownDiscount"
      from orders.order_line l where l.org_id = ${run.ctx.orgId} and l.order_id = ${orderId}::uuid and l.parent_line_id is null order by l.line_no`.execute(
    run.tx,
  )
  const items = await findItemsById(
    run.tx,
    run.ctx.orgId,
    rows.map((row) => row.itemId),
  )
  return rows.map(({ rate, ...row }) => {
    const item = items.get(row.itemId)
    const classRatePpm = item?.tax_rate_ppm ?? 0
    return { ...row, taxRatePpm: rate ?? classRatePpm, taxClass: item?.tax_class ?? null, classRatePpm, unitScale: item?.unit_scale ?? 0 }
  })
}

/** What a change-set does to the quantities of lines. */
export interface QuantityChanges {
  /** Parts to cancel, kits by kits. */
  cancel: { lineId: string; quantity: number }[]
  /** Quantities that lines gain, kits by kits. */
  raise: Map<string, number>
}

/** Wanted quantities against what is there: less is canceled, more is raised. Every bad field at once. */
export function decideQuantities(
  changes: readonly LineChangeInput[],
  tops: readonly TopLine[],
  lines: readonly OrderLine[],
): QuantityChanges {
  const problems: FieldProblem[] = []
  const decided: QuantityChanges = { cancel: [], raise: new Map() }
  const seen = new Set<string>()
  for (const [index, change] of changes.entries()) {
    const at = `/lines/${index}`
    const top = tops.find((candidate) => candidate.id === change.line_id)
    if (top === undefined || seen.has(change.line_id)) {
      problems.push(lineProblem(change.line_id, at, lines, seen))
      continue
    }
    seen.add(top.id)
    if (change.quantity === undefined) continue
    const now = wantedNow(top.id, lines)
    if (change.quantity > now) decided.raise.set(top.id, change.quantity - now)
    if (change.quantity >= now) continue
    const open = openOfLine(top.id, lines)
    if (now - change.quantity > open)
      problems.push({
        pointer: `${at}/quantity`,
        code: 'less_than_shipped',
        message: `cannot go below ${now - open}: that much of ${top.sku} was shipped. It comes back by a return`,
      })
    else decided.cancel.push({ lineId: top.id, quantity: now - change.quantity })
  }
  if (problems.length > 0) throw invalidInput(problems)
  return decided
}

function lineProblem(lineId: string, at: string, lines: readonly OrderLine[], seen: ReadonlySet<string>): FieldProblem {
  const pointer = `${at}/line_id`
  if (seen.has(lineId)) return { pointer, code: 'repeated', message: 'is named twice; put its changes together' }
  const part = lines.find((line) => line.id === lineId)
  if (part !== undefined)
    return {
      pointer,
      code: 'part_of_kit',
      message: `is a component of a kit and changes as the kit does; name the kit's line ${part.parentLineId}`,
    }
  return { pointer, code: 'unknown_line', message: 'is no line of this order; reload it' }
}

/** What of a line is wanted now: ordered less canceled, kits by whole kits. */
function wantedNow(topId: string, lines: readonly OrderLine[]): number {
  const own = lines.filter((line) => line.id === topId || line.parentLineId === topId)
  return Math.max(...own.map((line) => Math.ceil((line.ordered - line.canceled) / (line.kitQuantity ?? 1))))
}

/** What raised lines need of stock and shipments. */
export function raisedParts(
  raise: ReadonlyMap<string, number>,
  lines: readonly (OrderLine & { sku?: string })[],
  skuOf: (itemId: string) => string,
): MorePart[] {
  return lines.flatMap((line) => {
    const quantity = (raise.get(line.parentLineId ?? line.id) ?? 0) * (line.parentLineId === null ? 1 : (line.kitQuantity ?? 1))
    return quantity === 0
      ? []
      : [
          {
            lineId: line.id,
            itemId: line.itemId,
            sku: skuOf(line.itemId),
            quantity,
            supply: line.supply === 'stock' ? ('stock' as const) : ('none' as const),
            onlyCode: null,
          },
        ]
  })
}

interface MoneyGround {
  currency: string
  tops: readonly TopLine[]
  /** Read after cancellations of the same change-set were written. */
  lines: readonly OrderLine[]
  raise: ReadonlyMap<string, number>
}

/** Every top line opened for changes, those of the change-set changed: raised, priced, discounted. Every bad field at once. */
export function changeLineMoney(changes: readonly LineChangeInput[], ground: MoneyGround): Map<string, RestLine> {
  const problems: FieldProblem[] = []
  const rests = new Map(
    ground.tops.map((top) => [
      top.id,
      openRest(
        top,
        ground.lines.filter((line) => line.id === top.id || line.parentLineId === top.id),
      ),
    ]),
  )
  for (const [index, change] of changes.entries()) {
    const rest = rests.get(change.line_id)
    const top = ground.tops.find((candidate) => candidate.id === change.line_id)
    if (rest !== undefined && top !== undefined) problems.push(...changeOne(change, `/lines/${index}`, { ...ground, top, rest }))
  }
  if (problems.length > 0) throw invalidInput(problems)
  return rests
}

function changeOne(
  change: LineChangeInput,
  at: string,
  { currency, raise, top, rest }: MoneyGround & { top: TopLine; rest: RestLine },
): FieldProblem[] {
  const more = raise.get(top.id) ?? 0
  const price =
    change.unit_price === undefined
      ? top.unitPrice === null
        ? null
        : { unit: top.unitPrice, scale: top.unitPriceScale }
      : { unit: change.unit_price.amount, scale: change.unit_price.scale ?? 2 }
  const touchesMoney = more > 0 || change.unit_price !== undefined || change.amount !== undefined || change.discount !== undefined
  if (!touchesMoney) return []
  if (rest.collectedBy === 'marketplace' && rest.leaves.some((leaf) => leaf.line.slicedQuantity > 0))
    return [
      {
        pointer: at,
        code: 'marketplace_tax',
        message: 'is taxed by the marketplace and partly shipped or canceled; add a new line for more, or refund the difference',
      },
    ]
  if (more > 0)
    raiseRest(rest, more, price === null ? mulDivRound(top.amount, more, top.ordered) : extend(price, more, top.unitScale, currency))
  if (change.amount !== undefined || (change.unit_price !== undefined && price !== null)) {
    const open = openUnits(rest)
    if (open === null)
      return [
        {
          pointer: `${at}/unit_price`,
          code: 'kit_partly',
          message: 'is the price of a kit whose components are partly shipped; give a discount or refund the difference',
        },
      ]
    if (open === 0)
      return [
        {
          pointer: `${at}/unit_price`,
          code: 'all_shipped',
          message: 'changes nothing: all of it was shipped or canceled; refund the difference',
        },
      ]
    priceRest(rest, change.amount ?? (price === null ? 0 : extend(price, open, top.unitScale, currency)))
  }
  const { amount, discount } = sumRest(rest.leaves)
  const wanted = discount + (change.discount === undefined ? 0 : change.discount - top.ownDiscount)
  if (wanted < 0 || wanted > amount)
    return [
      {
        pointer: change.discount === undefined ? `${at}/${change.amount === undefined ? 'unit_price' : 'amount'}` : `${at}/discount`,
        code: 'discount_too_large',
        message:
          wanted < 0
            ? `cannot be less than ${top.ownDiscount - discount}: so much of the discount was shipped or canceled`
            : `leaves an amount of ${amount} with a discount of ${wanted}; lower the discount or raise the price`,
      },
    ]
  discountRest(rest, wanted - discount)
  return []
}

/** How many units (kits) of a line are not sliced, raised ones included; null when a kit's components stand apart. */
function openUnits(rest: RestLine): number | null {
  const units = rest.leaves.map(
    ({ line, raise }) => (line.ordered + raise - line.slicedQuantity) / (line.parentLineId === null ? 1 : (line.kitQuantity ?? 1)),
  )
  const [first] = units
  return first === undefined || !Number.isInteger(first) || units.some((unit) => unit !== first) ? null : first
}

/** A line's new quantities: what it gained stands where sourcing put it. */
export interface WrittenLine extends ChangedLine {
  pending: number
  reserved: number
  backordered: number
}

/** Writes changed lines: money anew, quantities by increment, the cut from what is sliced so far; kits as the sums of their components. */
export async function writeChangedLines(
  run: Pick<OrderRun, 'tx' | 'ctx'>,
  lines: readonly WrittenLine[],
  tops: readonly { id: string; raise: number; unitPrice: number | null; unitPriceScale: number }[],
): Promise<void> {
  const { orgId } = run.ctx
  if (lines.length > 0)
    await sql`
      update orders.order_line l set sold_quantity = l.sold_quantity + c.ordered - l.ordered, ordered = c.ordered, amount = c.amount, discount = c.discount, tax = c.tax, marketplace_tax = c.marketplaceTax,
             pending = l.pending + c.pending, reserved = l.reserved + c.reserved, backordered = l.backordered + c.backordered,
             cut_quantity = l.sliced_quantity, cut_amount = l.sliced_amount, cut_discount = l.sliced_discount, cut_tax = l.sliced_tax
        from ${rowsOf(lines, { id: 'uuid', ordered: 'bigint', amount: 'bigint', discount: 'bigint', tax: 'bigint', marketplaceTax: 'bigint', pending: 'bigint', reserved: 'bigint', backordered: 'bigint' }, 'c')}
       where l.org_id = ${orgId} and l.id = c.id`.execute(run.tx)
  if (tops.length === 0) return
  const source = rowsOf(tops, { id: 'uuid', raise: 'bigint', unitPrice: 'bigint', unitPriceScale: 'smallint' }, 't')
  await sql`update orders.order_line l set unit_price = t.unitPrice, unit_price_scale = t.unitPriceScale from ${source} where l.org_id = ${orgId} and l.id = t.id`.execute(
    run.tx,
  )
  await sql`
    update orders.order_line l set ordered = l.ordered + t.raise, pending = l.pending + t.raise, sold_quantity = l.sold_quantity + t.raise, amount = s.amount, discount = s.discount, tax = s.tax, marketplace_tax = s.marketplace_tax
      from ${source} cross join lateral (
        select sum(c.amount)::bigint as amount, sum(c.discount)::bigint as discount, sum(c.tax)::bigint as tax, sum(c.marketplace_tax)::bigint as marketplace_tax
          from orders.order_line c where c.org_id = ${orgId} and c.parent_line_id = t.id) s
     where l.org_id = ${orgId} and l.id = t.id and l.kind = 'kit'`.execute(run.tx)
}
