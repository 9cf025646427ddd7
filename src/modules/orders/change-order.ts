import { DomainError, notFound, versionConflict } from '../../kernel/errors.ts'
import type { CommandRun } from '../../kernel/command.ts'
import { lockOrderShipments, type Withdrawn } from '../warehouse/index.ts'
import { draftAdded, type DraftedLines, partsOf, planned, writeAdded } from './add-lines.ts'
import { type CancelPart, cancelParts, lockPromisedPositions, withdrawParts, writeCancellation } from './cancel-order.ts'
import { changeCharges, changeDiscounts, setOwnDiscount } from './change-charges.ts'
import { changeHeader, checkAddress, type HeaderChange, redirect } from './change-header.ts'
import type { LineChangeInput, OrderChange } from './change-input.ts'
import {
  changeLineMoney,
  decideQuantities,
  type QuantityChanges,
  raisedParts,
  readTopLines,
  type TopLine,
  writeChangedLines,
} from './change-lines.ts'
import { collectAnew } from './collect-anew.ts'
import { channelPositions, readSourcingHead } from './sourcing-head.ts'
import type { Vector } from './line.repo.ts'
import { addTaxes, sumOrder, type TaxChange } from './order-totals.ts'
import { lockOrders, type OrderLine, readOrderLines, refreshOrders } from './order.repo.ts'
import { changedMeanwhile, notOpen } from './orders.errors.ts'
import { prioritizeOrders } from './prioritize-orders.ts'
import { readCountryRates, retaxCharges, retaxLines, writeRates } from './follow-country.ts'
import { closeRest, type RestLine, spreadAnew } from './rest-money.ts'
import { insertDecision, type MorePart, type SourcingHead, sourceMore } from './source-more.ts'

/** What a change-set did. */
export interface ChangedOrder {
  orderId: string
  version: number
  /** New top lines in the order they were given. */
  addedLineIds: string[]
  /** Base units canceled. */
  canceled: number
}

const EMPTY: Vector = { pending: 0, reserved: 0, backordered: 0 }

/**
 * Changes an open order as one change-set: quantities, prices, lines, discounts, charges, addresses, dates. Less of a line is canceled
 * (planned: free; released: the pick list changes; picked: goods are put back), more is sourced as at intake; what was shipped stands.
 * Money changes only what no slice has frozen. Locks shipments, positions, counter, order. Raises `orders.order_changed` and what its
 * parts raise.
 * @throws `orders.not_found`, `orders.not_open`, `orders.shipment_packed`, `orders.shipment_combined`, `orders.insufficient_stock`
 * (rule), `kernel.version_conflict`, `orders.changed_meanwhile` (conflict), `kernel.invalid_input` at the field
 */
export async function changeOrder(run: CommandRun, orderId: string, change: OrderChange, expectedVersion?: number): Promise<ChangedOrder> {
  const { tx, ctx } = run
  const shipments = await lockOrderShipments(tx, ctx.orgId, [orderId])
  const head = await readSourcingHead(run, orderId)
  checkOpen(head, change, expectedVersion)
  const open = [...shipments.values()].filter((shipment) => ['planned', 'released', 'picked', 'packed'].includes(shipment.status))
  await checkAddress(run, orderId, change, open)
  const goods = await decideGoods(run, head, change)
  const withdrawn = goods.parts.length === 0 ? [] : await withdrawParts(run, orderId, goods.parts)
  const to = change.ship_to === undefined ? head : { ...head, shipTo: change.ship_to }
  const sourced = goods.more.length === 0 ? null : await sourceMore(run, to, goods.more, planned(shipments))
  const locked = (await lockOrders(run, [orderId])).get(orderId)
  if (locked === undefined) throw notFound('orders.order', orderId)
  if (JSON.stringify(locked.shipTo) !== JSON.stringify(head.shipTo)) throw changedMeanwhile(head.number)
  const vectors = sourced?.vectors ?? new Map<string, Vector>()
  const addedLineIds = await writeGoods(run, head, change, { goods, withdrawn, vectors })
  const money = await writeMoney(run, head, change, { goods, vectors })
  const header = await changeHeader(run, orderId, change)
  await redirect(run, change, open)
  if (change.priority !== undefined) await prioritizeOrders(run, [{ orderId, priority: change.priority }])
  await sumOrder(run, orderId)
  await insertDecision(run, orderId, sourced?.reasons ?? null)
  await refreshOrders(run, [orderId])
  await collectAnew(run, orderId)
  const version = await emitChanged(run, head, { change, header, goods, money })
  return { orderId, version, addedLineIds, canceled: withdrawn.reduce((sum, part) => sum + part.quantity, 0) }
}

const GOODS_FIELDS = ['lines', 'add_lines', 'discounts', 'spread_discounts', 'charges', 'ship_to', 'promised_at', 'priority'] as const

function checkOpen(head: SourcingHead, change: OrderChange, expectedVersion: number | undefined): void {
  if (expectedVersion !== undefined && expectedVersion !== head.version) throw versionConflict(expectedVersion, head.version)
  const { reason: _reason, ...fields } = change
  if (Object.keys(fields).length === 0)
    throw new DomainError('invalid', 'orders.nothing_to_change', 'The change-set changes nothing. Name what is to change.')
  if (head.state !== 'open' && GOODS_FIELDS.some((name) => change[name] !== undefined)) throw notOpen(head.number, head.state)
}

interface Goods {
  tops: TopLine[]
  quantities: QuantityChanges
  parts: CancelPart[]
  drafted: DraftedLines | null
  more: MorePart[]
}

/** What of the change-set moves goods, decided under the locks of its positions. */
async function decideGoods(run: CommandRun, head: SourcingHead, change: OrderChange): Promise<Goods> {
  const tops = await readTopLines(run, head.id)
  const drafted = (change.add_lines ?? []).length === 0 ? null : await draftAdded(run, head, change.add_lines ?? []).catch(atAddedLines)
  const first = await readOrderLines(run, [head.id])
  // Everything the change may touch is locked at once, in key order.
  const raisedItems = first.filter((line) =>
    (change.lines ?? []).some((one) => one.line_id === (line.parentLineId ?? line.id) && one.quantity !== undefined),
  )
  const items = [...raisedItems.map((line) => line.itemId), ...(drafted?.drafts ?? []).map((line) => line.priced.item.id)]
  await lockPromisedPositions(run, head.id, await channelPositions(run, head, items))
  const lines = await readOrderLines(run, [head.id])
  const quantities = decideQuantities(change.lines ?? [], tops, lines)
  const skus = new Map(tops.map((top) => [top.itemId, top.sku]))
  return {
    tops,
    quantities,
    parts: quantities.cancel.length === 0 ? [] : cancelParts(quantities.cancel, lines),
    drafted,
    more: [...raisedParts(quantities.raise, lines, (itemId) => skus.get(itemId) ?? ''), ...(drafted === null ? [] : partsOf(drafted))],
  }
}

/** Problems of added lines stand at `/add_lines/N/…` of a change-set. */
function atAddedLines(error: unknown): never {
  if (!(error instanceof DomainError)) throw error
  throw new DomainError(error.kind, error.code, error.message.replaceAll('/lines/', '/add_lines/'), {
    detail: error.detail,
    fields: error.fields.map((field) => ({ ...field, pointer: field.pointer.replace(/^\/lines\//, '/add_lines/') })),
    cause: error,
  })
}

interface WriteGround {
  goods: Goods
  withdrawn: readonly Withdrawn[]
  vectors: ReadonlyMap<string, Vector>
}

/** New lines first: an order of which all is canceled and something else is added is not canceled as a whole. */
async function writeGoods(run: CommandRun, head: SourcingHead, change: OrderChange, ground: WriteGround): Promise<string[]> {
  const { goods, withdrawn, vectors } = ground
  const added = goods.drafted === null ? [] : await writeAdded(run, head.id, goods.drafted, vectors)
  if (goods.parts.length > 0)
    await writeCancellation(
      run,
      {
        orderId: head.id,
        reason: change.reason ?? 'Changed',
        reasonCode: (change.add_lines ?? []).some((line) => line.replaces_line_id !== undefined) ? 'substituted' : 'changed_mind',
      },
      goods.parts,
      withdrawn,
    )
  return added
}

/** Writes money of lines, discounts and charges; answers the lines that changed. */
async function writeMoney(
  run: CommandRun,
  head: SourcingHead,
  change: OrderChange,
  { goods, vectors }: Pick<WriteGround, 'goods' | 'vectors'>,
): Promise<RestLine[]> {
  const lines = await readOrderLines(run, [head.id])
  const rateOf = await readCountryRates(run, head, change)
  const addedIds = new Set(goods.drafted?.drafts.map((line) => line.id))
  // Added lines bear discounts and follow the country only where that is asked for anew.
  const tops = addedIds.size > 0 && (change.spread_discounts === true || rateOf !== null) ? await readTopLines(run, head.id) : goods.tops
  const ground = { currency: head.currency, tops, lines, raise: goods.quantities.raise }
  const rests = changeLineMoney(change.lines ?? [], ground)
  await changeDiscounts(run, head.id, change.discounts ?? [], rests)
  if (change.spread_discounts === true) spreadAnew([...rests.values()], ownDiscounts(tops, change.lines ?? []))
  const dominantRatePpm = dominantRate(tops, lines)
  const retaxed = rateOf === null ? [] : retaxLines(rests, tops, rateOf)
  const changed = [...rests.values()].filter((rest) => rest.changed)
  const taxes: TaxChange[] = []
  const written = changed.flatMap((rest) => {
    const closed = closeRest(rest, head.pricesIncludeTax)
    taxes.push(...closed.taxes)
    return closed.lines.map((line) => ({ ...line, ...((addedIds.has(line.id) ? undefined : vectors.get(line.id)) ?? EMPTY) }))
  })
  await writeChangedLines(
    run,
    written,
    changed.flatMap((rest) => topChange(rest, tops, change.lines ?? [], goods.quantities.raise)),
  )
  for (const line of change.lines ?? [])
    // oxlint-disable-next-line no-await-in-loop -- a person changes few discounts at a time
    if (line.discount !== undefined) await setOwnDiscount(run, head.id, line.line_id, line.discount)
  const newRates = new Map(retaxed.map((top) => [top.id, rests.get(top.id)?.newRatePpm ?? top.taxRatePpm]))
  await writeRates(run, [...newRates.keys()], (id) => newRates.get(id) ?? 0)
  const nowDominant = dominantRate(
    tops.map((top) => ({ ...top, taxRatePpm: newRates.get(top.id) ?? top.taxRatePpm })),
    lines,
  )
  const inclusive = head.pricesIncludeTax
  taxes.push(...(await retaxCharges(run, head.id, { from: dominantRatePpm, to: nowDominant, inclusive })))
  taxes.push(...(await changeCharges(run, head.id, change.charges ?? [], { inclusive, dominantRatePpm: nowDominant })))
  await addTaxes(run, head.id, taxes)
  return changed
}

/** The lines' own discounts as the change-set leaves them. */
function ownDiscounts(tops: readonly TopLine[], changes: readonly LineChangeInput[]): Map<string, number> {
  return new Map(tops.map((top) => [top.id, changes.find((change) => change.line_id === top.id)?.discount ?? top.ownDiscount]))
}

function topChange(rest: RestLine, tops: readonly TopLine[], changes: readonly LineChangeInput[], raise: ReadonlyMap<string, number>) {
  const top = tops.find((candidate) => candidate.id === rest.id)
  const price = changes.find((change) => change.line_id === rest.id)?.unit_price
  return top === undefined
    ? []
    : [
        {
          id: top.id,
          raise: raise.get(top.id) ?? 0,
          unitPrice: price?.amount ?? top.unitPrice,
          unitPriceScale: price === undefined ? top.unitPriceScale : (price.scale ?? 2),
        },
      ]
}

function dominantRate(tops: readonly TopLine[], lines: readonly OrderLine[]): number {
  const worth = (top: TopLine) =>
    lines.reduce((sum, line) => ((line.parentLineId ?? line.id) === top.id ? sum + line.amount - line.discount : sum), 0)
  return tops.toSorted((a, b) => worth(b) - worth(a))[0]?.taxRatePpm ?? 0
}

interface EmitGround {
  change: OrderChange
  header: HeaderChange
  goods: Goods
  money: readonly RestLine[]
}

async function emitChanged(run: CommandRun, head: SourcingHead, { change, header, goods, money }: EmitGround): Promise<number> {
  const after = await readSourcingHead(run, head.id)
  run.emit({
    type: 'orders.order_changed',
    documentType: 'order',
    documentId: head.id,
    payload: {
      version: [head.version, after.version],
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(head.total === after.total ? {} : { total: [head.total, after.total] }),
      fields: header.fields,
      ...header.payload,
      lines: [
        ...goods.quantities.cancel.map((part) => ({ line_id: part.lineId, quantity: -part.quantity })),
        ...[...goods.quantities.raise].map(([line_id, quantity]) => ({ line_id, quantity })),
        ...money.filter((rest) => !goods.quantities.raise.has(rest.id)).map((rest) => ({ line_id: rest.id, money: true })),
      ],
      charges: change.charges?.length ?? 0,
      discounts: change.discounts?.length ?? 0,
    },
    ...(Object.keys(header.personal).length === 0 ? {} : { personal: header.personal }),
  })
  return after.version
}
