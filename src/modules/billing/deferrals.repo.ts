import { sql } from 'kysely'
import { rowsOf } from '../../kernel/database.ts'
import type { PostingRun } from '../ledger/index.ts'

/** A sent line or charge whose revenue waits for delivery. Minor units. */
export interface Deferral {
  id: string
  sliceId: string
  orderId: string
  shipmentId: string
  shipmentLineId: string | null
  chargeId: string | null
  incomeRole: string
  channelId: string
  partyId: string | null
  itemId: string | null
  warehouseId: string | null
  currency: string
  quantity: number | null
  netAmount: number
  netBase: number
  costBase: number
}

/** A deferral with what was released of it. */
export interface OpenDeferral extends Deferral {
  releasedQuantity: number
  releasedAmount: number
  releasedBase: number
  releasedCost: number
}

/** What of a deferral is released now. */
export interface Release {
  deferral: Deferral
  reason: ReleaseReason
  quantity: number | null
  netAmount: number
  netBase: number
  costBase: number
  releasedAt: Date
}
export type ReleaseReason = 'delivered' | 'refused' | 'lost' | 'voided' | 'returned'

type Run = Pick<PostingRun, 'tx' | 'ctx'>

/** Writes what is deferred. */
export async function insertDeferrals({ tx, ctx }: Run, deferrals: readonly (Deferral & { deferredAt: Date })[]): Promise<void> {
  await sql`
    insert into billing.deferral (org_id, id, slice_id, order_id, shipment_id, shipment_line_id, charge_id, income_role, channel_id, party_id, item_id, warehouse_id, currency, quantity, net_amount, net_base, cost_base, deferred_at)
    select ${ctx.orgId}, d.id, d.sliceId, d.orderId, d.shipmentId, d.shipmentLineId, d.chargeId, d.incomeRole, d.channelId, d.partyId, d.itemId, d.warehouseId, d.currency, d.quantity, d.netAmount, d.netBase, d.costBase, d.deferredAt
      from ${rowsOf(deferrals, { id: 'uuid', sliceId: 'uuid', orderId: 'uuid', shipmentId: 'uuid', shipmentLineId: 'uuid', chargeId: 'uuid', incomeRole: 'text', channelId: 'uuid', partyId: 'uuid', itemId: 'uuid', warehouseId: 'uuid', currency: 'text', quantity: 'bigint', netAmount: 'bigint', netBase: 'bigint', costBase: 'bigint', deferredAt: 'timestamptz' }, 'd')}`.execute(
    tx,
  )
}

/** Deferrals of shipments of which something is left, in key order. The caller holds the shipments. */
export async function readOpenDeferrals({ tx, ctx }: Run, shipmentIds: readonly string[]): Promise<OpenDeferral[]> {
  const { rows } = await sql<OpenDeferral>`
    select d.id, d.slice_id as "sliceId", d.order_id as "orderId", d.shipment_id as "shipmentId", d.shipment_line_id as "shipmentLineId", d.charge_id as "chargeId", d.income_role as "incomeRole", d.channel_id as "channelId", d.party_id as "partyId",
           d.item_id as "itemId", d.warehouse_id as "warehouseId", d.currency::text, d.quantity, d.net_amount as "netAmount", d.net_base as "netBase", d.cost_base as "costBase",
           r.quantity as "releasedQuantity", r.amount as "releasedAmount", r.base as "releasedBase", r.cost as "releasedCost"
      from billing.deferral d cross join lateral (
        select count(*) as parts, coalesce(sum(x.quantity), 0)::bigint as quantity, coalesce(sum(x.net_amount), 0)::bigint as amount, coalesce(sum(x.net_base), 0)::bigint as base, coalesce(sum(x.cost_base), 0)::bigint as cost
          from billing.deferral_release x where x.org_id = d.org_id and x.deferral_id = d.id) r
     where d.org_id = ${ctx.orgId} and d.shipment_id = any(${[...new Set(shipmentIds)]}::uuid[])
       and case when d.quantity is null then r.parts = 0 else r.quantity < d.quantity end
     order by d.shipment_id, d.id`.execute(tx)
  return rows
}

/** Writes what is released. */
export async function insertReleases(run: Run & { newId: () => string }, releases: readonly Release[]): Promise<void> {
  const rows = releases.map(({ deferral, ...release }) => ({ ...release, id: run.newId(), deferralId: deferral.id }))
  await sql`
    insert into billing.deferral_release (org_id, id, deferral_id, reason, quantity, net_amount, net_base, cost_base, released_at)
    select ${run.ctx.orgId}, r.id, r.deferralId, r.reason, r.quantity, r.netAmount, r.netBase, r.costBase, r.releasedAt
      from ${rowsOf(rows, { id: 'uuid', deferralId: 'uuid', reason: 'text', quantity: 'bigint', netAmount: 'bigint', netBase: 'bigint', costBase: 'bigint', releasedAt: 'timestamptz' }, 'r')}`.execute(
    run.tx,
  )
}
