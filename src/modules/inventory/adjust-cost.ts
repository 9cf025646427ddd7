import { sql } from 'kysely'
import { dayIn } from '../../kernel/clock.ts'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { mulDivFloor, sliceOf } from '../../kernel/money.ts'
import { type AccountRole, type NewPosting, postEntries } from '../ledger/index.ts'
import { costBelowZero } from './inventory.errors.ts'
import { lockPositions, type PositionKey } from './stock.repo.ts'

/** Late cost of a document's lines: base currency minor units, positive or negative. */
export interface LateCost {
  reason: 'landed_cost' | 'price_difference' | 'provisional_final'
  note: string
  sourceType: string
  sourceId: string
  lines: readonly { sourceLineId: string; valueMinor: number }[]
  /** The account on the other side: received not invoiced, or opening equity. */
  credit: AccountRole
}

/** A layer of the goods, in the order recorded; `intoLayerId` is where what was left of it was carried (average cost). */
export interface AdjustableLayer extends PositionKey {
  id: string
  seq: number
  sourceLineId: string
  ownQuantity: number
  quantity: number
  valueMinor: number
  remainingQuantity: number
  remainingValueMinor: number
  intoLayerId: string | null
  mergedQuantity: number
}

/** What one layer gets: left in stock, on goods already used, and carried on into the running layer. */
export interface LayerShare {
  layer: AdjustableLayer
  value: number
  left: number
  used: number
  carried: number
}

/**
 * Splits late cost among layers (MODEL, Cost): a layer's new value is spread as its old one was, value × cumulative quantity ÷ layer
 * quantity, rounded down; what falls on goods that are gone is used, or follows them into the running layer. Layers come by seq.
 * Pure; the parts add up to the value.
 * @throws `inventory.cost_below_zero` (rule)
 */
export function shareLateCost(layers: readonly AdjustableLayer[], start: ReadonlyMap<string, number>): LayerShare[] {
  const values = new Map(start)
  return layers.flatMap((layer) => {
    const value = values.get(layer.id) ?? 0
    if (value === 0) return []
    const worth = layer.valueMinor + value
    if (worth < 0) throw costBelowZero(layer.itemId, layer.valueMinor, value)
    const gone = layer.quantity - layer.remainingQuantity
    const spent = sliceOf(worth, gone, layer.quantity, layer.valueMinor - layer.remainingValueMinor)
    const carried = layer.intoLayerId === null || gone === 0 ? 0 : mulDivFloor(spent, layer.mergedQuantity, gone)
    if (layer.intoLayerId !== null) values.set(layer.intoLayerId, (values.get(layer.intoLayerId) ?? 0) + carried)
    return [{ layer, value, left: value - spent, used: spent - carried, carried }]
  })
}

/**
 * Books late cost of goods that came in: a new entry of today, split between what is left of each layer (inventory) and what was used
 * (cost of goods sold). What was used before is never run again. Locks the positions.
 * @throws `inventory.cost_below_zero` (rule)
 */
export async function adjustCost(run: CommandRun, late: LateCost): Promise<{ left: number; used: number }> {
  const { tx, ctx } = run
  const lineIds = late.lines.map((line) => line.sourceLineId)
  await lockPositions(tx, ctx.orgId, await readLayers(run, lineIds))
  const layers = await readLayers(run, lineIds)
  const shares = shareLateCost(layers, startValues(late, layers))
  const total = (of: (share: LayerShare) => number) => shares.reduce((sum, share) => sum + of(share), 0)
  if (shares.length > 0) await write(run, late, shares)
  if (late.reason === 'provisional_final')
    await sql`update inventory.cost_layer set provisional = false where org_id = ${ctx.orgId} and source_line_id = any(${lineIds}::uuid[])`.execute(
      tx,
    )
  return { left: total((share) => share.left), used: total((share) => share.used) }
}

/** A line's value among the layers that its parts opened, by quantity. */
function startValues(late: LateCost, layers: readonly AdjustableLayer[]): Map<string, number> {
  const values = new Map<string, number>()
  for (const { sourceLineId, valueMinor } of late.lines) {
    const own = layers.filter((layer) => layer.sourceLineId === sourceLineId && layer.ownQuantity > 0)
    const all = own.reduce((sum, layer) => sum + layer.ownQuantity, 0)
    let reached = 0
    let given = 0
    for (const layer of own) {
      reached += layer.ownQuantity
      const part = sliceOf(valueMinor, reached, all, given)
      given += part
      values.set(layer.id, part)
    }
  }
  return values
}

/** Layers that the lines opened and those into which they were carried on; goods that were taken back are left out. */
async function readLayers({ tx, ctx }: CommandRun, lineIds: readonly string[]): Promise<AdjustableLayer[]> {
  const { rows } = await sql<AdjustableLayer>`
    with recursive chain as (
      select l.id from inventory.cost_layer l where l.org_id = ${ctx.orgId} and l.source_line_id = any(${lineIds}::uuid[])
      union
      select u.into_layer_id from chain c join inventory.cost_use u on u.org_id = ${ctx.orgId} and u.layer_id = c.id and u.kind = 'merged')
    select l.id, l.seq, l.source_line_id as "sourceLineId", l.item_id as "itemId", l.warehouse_id as "warehouseId", l.owner_id as "ownerId", l.quantity, l.value_minor as "valueMinor",
           l.remaining_quantity as "remainingQuantity", l.remaining_value_minor as "remainingValueMinor", u.into_layer_id as "intoLayerId", coalesce(u.quantity, 0)::bigint as "mergedQuantity",
           case when l.source_line_id = any(${lineIds}::uuid[]) and not exists (select from inventory.stock_movement r where r.org_id = l.org_id and r.reverses_seq = m.seq) then m.quantity else 0 end as "ownQuantity"
      from chain c
      join inventory.cost_layer l on l.org_id = ${ctx.orgId} and l.id = c.id
      join inventory.stock_movement m on m.org_id = l.org_id and m.seq = l.movement_seq
      left join inventory.cost_use u on u.org_id = l.org_id and u.layer_id = l.id and u.kind = 'merged'
     order by l.seq`.execute(tx)
  return rows
}

async function write(run: CommandRun, late: LateCost, shares: readonly LayerShare[]): Promise<void> {
  const { tx, ctx, now } = run
  const entryId = run.newId()
  await postEntries(
    run,
    [
      {
        id: entryId,
        kind: `cost.${late.reason}`,
        accountingDate: dayIn(ctx.org.timeZone, now),
        sourceType: late.sourceType,
        sourceId: late.sourceId,
        memo: late.note,
        postings: postingsOf(late, shares, ctx.org.baseCurrency),
      },
    ],
    { allowShift: true },
  )
  const rows = shares.map((share) => ({
    id: run.newId(),
    layerId: share.layer.id,
    value: share.value,
    leftover: share.left,
    used: share.used,
    carried: share.carried,
    lineId: share.layer.sourceLineId,
  }))
  await sql`
    insert into inventory.cost_adjustment (org_id, id, layer_id, value_minor, left_value_minor, used_value_minor, carried_value_minor, reason, entry_id, recorded_at, source_type, source_id, source_line_id, note)
    select ${ctx.orgId}, a.id, a.layerId, a.value, a.leftover, a.used, a.carried, ${late.reason}, ${entryId}::uuid, ${now}, ${late.sourceType}, ${late.sourceId}::uuid, a.lineId, ${late.note}
      from ${rowsOf(
        rows,
        { id: 'uuid', layerId: 'uuid', value: 'bigint', leftover: 'bigint', used: 'bigint', carried: 'bigint', lineId: 'uuid' },
        'a',
      )}`.execute(tx)
  await sql`
    update inventory.cost_layer l set value_minor = l.value_minor + a.value, remaining_value_minor = l.remaining_value_minor + a.leftover
      from ${rowsOf(
        rows,
        { layerId: 'uuid', value: 'bigint', leftover: 'bigint' },
        'a',
      )} where l.org_id = ${ctx.orgId} and l.id = a.layerId`.execute(tx)
}

function postingsOf(late: LateCost, shares: readonly LayerShare[], currency: string): NewPosting[] {
  const amounts = new Map<string, NewPosting>()
  const add = (role: AccountRole, amount: number, share: LayerShare) => {
    const { itemId, warehouseId, sourceLineId } = share.layer
    const key = `${role}/${itemId}/${warehouseId}/${sourceLineId}`
    const before = amounts.get(key)?.amount ?? 0
    amounts.set(key, {
      role,
      amount: before + amount,
      baseAmount: before + amount,
      currency,
      documentType: late.sourceType,
      documentId: late.sourceId,
      lineId: sourceLineId,
      itemId,
      warehouseId,
    })
  }
  for (const share of shares) {
    add('inventory', share.left, share)
    add('cost_of_goods_sold', share.used, share)
    add(late.credit, -share.left - share.used, share)
  }
  return [...amounts.values()].filter((posting) => posting.amount !== 0)
}
