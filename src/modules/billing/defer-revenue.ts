import { dayIn } from '../../kernel/clock.ts'
import type { HandlerRun } from '../../kernel/events.ts'
import { newId } from '../../kernel/ids.ts'
import { sliceOf } from '../../kernel/money.ts'
import { readOrganization } from '../identity/index.ts'
import { readCostByLine } from '../inventory/index.ts'
import { type AccountRole, type NewEntry, type NewPosting, postEntries, type PostingRun } from '../ledger/index.ts'
import { readRevenueMoments, type RevenueSlice } from '../orders/index.ts'
import {
  type Deferral,
  insertDeferrals,
  insertReleases,
  type OpenDeferral,
  readOpenDeferrals,
  type Release,
  type ReleaseReason,
} from './deferrals.repo.ts'
import { incomeRole, toBase } from './revenue-entry.ts'

/**
 * Defers what was just sent and posted as revenue, where it is earned on delivery only (the channel says so, else the organization): net
 * revenue waits as deferred revenue, what the goods cost as goods on their way to customers (IFRS 15.31 and 15.38: a sale is earned when
 * the customer has control). The customer account and the tax stay as posted. Vouchers are a liability anyway. In the transaction that ships.
 */
export async function deferRevenue(run: HandlerRun, slices: readonly RevenueSlice[]): Promise<void> {
  const waiting = await chooseDeferred(
    run,
    slices.filter((slice) => slice.kind !== 'voucher'),
  )
  if (waiting.length === 0) return
  const costs = await readCostByLine(
    run.tx,
    run.ctx.orgId,
    waiting.flatMap((slice) => slice.documentLineId ?? []),
  )
  const deferrals = waiting.flatMap((slice): (Deferral & { deferredAt: Date })[] => {
    const net = slice.gross - slice.tax
    const costBase = costs.get(slice.documentLineId ?? '') ?? 0
    if (net === 0 && costBase === 0) return []
    return [
      {
        id: newId(),
        sliceId: slice.id,
        orderId: slice.orderId,
        shipmentId: slice.documentId,
        shipmentLineId: slice.documentLineId,
        chargeId: slice.chargeId,
        incomeRole: incomeRole(slice.kind),
        channelId: slice.channelId,
        partyId: slice.partyId,
        itemId: slice.itemId,
        warehouseId: slice.warehouseId,
        currency: slice.currency,
        quantity: slice.documentLineId === null ? null : slice.quantity,
        netAmount: net,
        netBase: toBase(net, slice.baseRatePpm),
        costBase,
        deferredAt: slice.happenedAt,
      },
    ]
  })
  if (deferrals.length === 0) return
  await insertDeferrals(run, deferrals)
  const parts = deferrals.map((deferral): Part => ({ ...deferral, deferral, at: deferral.deferredAt }))
  await postEntries(run, entriesOf(run, parts, { kind: 'revenue.deferred', sign: 1 }), { allowShift: true })
}

/** Earns what is left of delivered shipments. */
export async function releaseDelivered(run: HandlerRun, delivered: readonly { shipmentId: string; at: Date }[]): Promise<void> {
  const at = new Map(delivered.map((one) => [one.shipmentId, one.at]))
  const open = await readOpenDeferrals(run, [...at.keys()])
  await release(
    run,
    open.map((deferral) => wholeOf(deferral, 'delivered', at.get(deferral.shipmentId) ?? run.now)),
  )
}

/**
 * Earns units of sent lines whose sale is taken back in the same transaction (refused, lost, voided, returned), so that what is taken
 * back was earned before. Charges follow once no goods of the shipment wait any more.
 */
export async function releaseTakenBack(
  run: HandlerRun,
  reason: Exclude<ReleaseReason, 'delivered'>,
  parts: readonly { shipmentLineId: string | null; shipmentIds: readonly string[]; quantity: number; happenedAt: Date }[],
): Promise<void> {
  const open = await readOpenDeferrals(
    run,
    parts.flatMap((part) => part.shipmentIds),
  )
  if (open.length === 0) return
  const releases = parts.flatMap((part): Release[] => {
    const deferral = open.find((one) => one.shipmentLineId !== null && one.shipmentLineId === part.shipmentLineId)
    return deferral === undefined ? [] : takeUnits(deferral, part.quantity, { reason, at: part.happenedAt })
  })
  const at = parts[0]?.happenedAt ?? run.now
  const isWaiting = (shipmentId: string) =>
    open.some((one) => one.shipmentId === shipmentId && one.quantity !== null && one.releasedQuantity < one.quantity)
  const charges = open.filter((one) => one.quantity === null && !isWaiting(one.shipmentId))
  await release(run, [...releases, ...charges.map((charge) => wholeOf(charge, reason, at))])
}

async function chooseDeferred(run: HandlerRun, slices: readonly RevenueSlice[]): Promise<RevenueSlice[]> {
  if (slices.length === 0) return []
  const moments = await readRevenueMoments(
    run.tx,
    run.ctx.orgId,
    slices.map((slice) => slice.channelId),
  )
  const general = [...moments.values()].includes(null) ? (await readOrganization(run.tx)).revenue_on : 'dispatch'
  return slices.filter((slice) => (moments.get(slice.channelId) ?? general) === 'delivery')
}

function wholeOf(deferral: OpenDeferral, reason: ReleaseReason, at: Date): Release {
  return {
    deferral,
    reason,
    quantity: deferral.quantity === null ? null : deferral.quantity - deferral.releasedQuantity,
    netAmount: deferral.netAmount - deferral.releasedAmount,
    netBase: deferral.netBase - deferral.releasedBase,
    costBase: deferral.costBase - deferral.releasedCost,
    releasedAt: at,
  }
}

/** The part of so many units, by the cut rule: the last one brings what is left. Counts them on the deferral in place. */
function takeUnits(deferral: OpenDeferral, units: number, { reason, at }: { reason: ReleaseReason; at: Date }): Release[] {
  const whole = deferral.quantity ?? 0
  const quantity = Math.min(units, whole - deferral.releasedQuantity)
  if (quantity <= 0) return []
  const cumulative = deferral.releasedQuantity + quantity
  const taken = {
    netAmount: sliceOf(deferral.netAmount, cumulative, whole, deferral.releasedAmount),
    netBase: sliceOf(deferral.netBase, cumulative, whole, deferral.releasedBase),
    costBase: sliceOf(deferral.costBase, cumulative, whole, deferral.releasedCost),
  }
  deferral.releasedQuantity = cumulative
  deferral.releasedAmount += taken.netAmount
  deferral.releasedBase += taken.netBase
  deferral.releasedCost += taken.costBase
  return [{ deferral, reason, quantity, ...taken, releasedAt: at }]
}

async function release(run: HandlerRun, releases: readonly Release[]): Promise<void> {
  if (releases.length === 0) return
  await insertReleases({ ...run, newId }, releases)
  const parts = releases.map((one): Part => ({ ...one, at: one.releasedAt }))
  await postEntries(run, entriesOf(run, parts, { kind: 'revenue.recognized', sign: -1 }), { allowShift: true })
}

interface Part extends Pick<Deferral, 'netAmount' | 'netBase' | 'costBase'> {
  deferral: Deferral
  at: Date
}

/** One entry for each shipment, order and day: income against deferred revenue, goods on their way against their cost; `sign` -1 the reverse. */
function entriesOf(run: PostingRun, parts: readonly Part[], { kind, sign }: { kind: string; sign: 1 | -1 }): NewEntry[] {
  const dayOf = (part: Part) => dayIn(run.ctx.org.timeZone, part.at)
  const groups = Map.groupBy(parts, (part) => `${part.deferral.shipmentId}/${part.deferral.orderId}/${dayOf(part)}`)
  return [...groups.values()].flatMap((group): NewEntry[] => {
    const [first] = group
    if (first === undefined) return []
    const postings = group.flatMap((part) => postingsOf(part, sign, run.ctx.org.baseCurrency))
    if (postings.length === 0) return []
    const { shipmentId: sourceId } = first.deferral
    return [{ id: newId(), kind, accountingDate: dayOf(first), sourceType: 'shipment', sourceId, memo: '', postings }]
  })
}

function postingsOf(part: Part, sign: 1 | -1, baseCurrency: string): NewPosting[] {
  const { deferral } = part
  const { partyId, channelId } = deferral
  const onLine = {
    partyId,
    channelId,
    documentType: 'shipment',
    documentId: deferral.shipmentId,
    lineId: deferral.shipmentLineId,
    itemId: deferral.itemId,
    warehouseId: deferral.warehouseId,
  }
  const onOrder = { partyId, channelId, documentType: 'order', documentId: deferral.orderId }
  const net = { currency: deferral.currency, amount: sign * part.netAmount, baseAmount: sign * part.netBase }
  const cost = { currency: baseCurrency, amount: sign * part.costBase, baseAmount: sign * part.costBase }
  const minus = <T extends { amount: number; baseAmount: number }>(side: T) => ({
    ...side,
    amount: -side.amount,
    baseAmount: -side.baseAmount,
  })
  return [
    ...(part.netAmount === 0 && part.netBase === 0
      ? []
      : [
          { ...onLine, ...net, role: deferral.incomeRole as AccountRole },
          { ...onOrder, ...minus(net), role: 'deferred_revenue' as const },
        ]),
    ...(part.costBase === 0
      ? []
      : [
          { ...onOrder, ...cost, role: 'deferred_cost' as const },
          { ...onLine, ...minus(cost), role: 'cost_of_goods_sold' as const },
        ]),
  ]
}
