import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { arrayText, type Part, sendTogether } from '../../kernel/statement.ts'
import type { SourcingPolicy, SourcingWarehouse } from './source-order.ts'

/** A channel with what intake needs of it: who may ship, and by which policy. */
export interface IntakeChannel {
  id: string
  code: string
  isActive: boolean
  warehouses: SourcingWarehouse[]
  policy: SourcingPolicy
}

const DEFAULT_POLICY: SourcingPolicy = {
  prefer: 'nearest',
  keep_together: true,
  allow_split: true,
  max_shipments: 3,
  on_shortage: 'backorder',
}

interface ChannelRow {
  id: string
  code: string
  isActive: boolean
  warehouses: SourcingWarehouse[] | null
  own: SourcingPolicy | null
  general: SourcingPolicy | null
}

/** Channels by code with their warehouses (all active ones of kind own and store unless the channel names some) and policy. One statement. */
export async function loadChannels(tx: Tx, orgId: number, codes: readonly string[]): Promise<Map<string, IntakeChannel>> {
  const { channels } = await sendTogether(tx, { channels: findChannels(orgId, codes) })
  return channels
}

/** The statement part of {@link loadChannels}. */
export function findChannels(orgId: number, codes: readonly string[]): Part<Map<string, IntakeChannel>> {
  return {
    call: sql`orders.find_intake_channels(${orgId}::integer, ${arrayText([...new Set(codes)])}::text[])`,
    read: (answer) =>
      new Map(
        ((answer ?? []) as ChannelRow[]).map(({ id, code, isActive, warehouses, own, general }) => [
          code,
          { id, code, isActive, warehouses: warehouses ?? [], policy: own ?? general ?? DEFAULT_POLICY },
        ]),
      ),
  }
}

/** Warehouses that may serve orders, by order, in order of priority. The same rule as at intake: what the channel names, else all own ones and stores. */
export async function readPermittedWarehouses(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; warehouses: string[] }>`
    select o.id, array(
             select w.id from inventory.warehouse w
              where w.org_id = o.org_id and w.is_active
                and case when exists (select 1 from orders.channel_warehouse x where x.org_id = o.org_id and x.channel_id = o.channel_id)
                         then exists (select 1 from orders.channel_warehouse x where x.org_id = o.org_id and x.channel_id = o.channel_id and x.warehouse_id = w.id)
                         else w.kind in ('own', 'store') end
              order by w.priority, w.id) as warehouses
      from orders.sales_order o where o.org_id = ${orgId} and o.id = any(${[...new Set(orderIds)]}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row.warehouses]))
}
