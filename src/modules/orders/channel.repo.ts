import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
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

/** Channels by code with their warehouses (all active ones of kind own and store unless the channel names some) and policy. One statement. */
export async function loadChannels(tx: Tx, orgId: number, codes: readonly string[]): Promise<Map<string, IntakeChannel>> {
  const { rows } = await sql<{
    id: string
    code: string
    isActive: boolean
    warehouses: SourcingWarehouse[] | null
    own: SourcingPolicy | null
    general: SourcingPolicy | null
  }>`
    select c.id, c.code, c.is_active as "isActive",
           (select json_agg(json_build_object('id', w.id, 'code', w.code, 'name', w.name, 'priority', w.priority, 'country', w.country, 'postcode', w.postcode, 'latitude', w.latitude, 'longitude', w.longitude) order by w.id)
              from inventory.warehouse w
             where w.org_id = c.org_id and w.is_active
               and case when exists (select 1 from orders.channel_warehouse x where x.org_id = c.org_id and x.channel_id = c.id)
                        then exists (select 1 from orders.channel_warehouse x where x.org_id = c.org_id and x.channel_id = c.id and x.warehouse_id = w.id)
                        else w.kind in ('own', 'store') end) as warehouses,
           (select row_to_json(p) from orders.sourcing_policy p where p.org_id = c.org_id and p.channel_id = c.id) as own,
           (select row_to_json(p) from orders.sourcing_policy p where p.org_id = c.org_id and p.channel_id is null) as general
      from orders.channel c where c.org_id = ${orgId} and c.code = any(${[...new Set(codes)]}::text[])`.execute(tx)
  return new Map(
    rows.map((row) => [
      row.code,
      {
        id: row.id,
        code: row.code,
        isActive: row.isActive,
        warehouses: row.warehouses ?? [],
        policy: row.own ?? row.general ?? DEFAULT_POLICY,
      },
    ]),
  )
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
