import { sql } from 'kysely'
import { lockOrderShipments } from '../warehouse/index.ts'
import type { OrderRun } from './order.repo.ts'
import { DUE } from './owed.ts'

/** What an order owes, in minor units of its currency; below 0 it was paid too much. */
export interface OrderMoney {
  id: string
  number: number
  partyId: string | null
  currency: string
  baseRatePpm: number
  /** Asked for, less what was canceled and credited. */
  total: number
  /** `total` less what was paid and given up, plus what was paid back. */
  owed: number
}

/**
 * Locks orders in key order and says what each owes. Missing ones are left out. `shipmentsFirst`: what follows will change
 * shipments too, so they are locked before the orders.
 */
export async function lockOrderMoney(
  run: Pick<OrderRun, 'tx' | 'ctx'>,
  ids: readonly string[],
  { shipmentsFirst = false }: { shipmentsFirst?: boolean } = {},
): Promise<Map<string, OrderMoney>> {
  if (shipmentsFirst) await lockOrderShipments(run.tx, run.ctx.orgId, ids)
  const { rows } = await sql<OrderMoney>`
    select o.id, o.number, o.party_id as "partyId", o.currency, o.base_rate_ppm as "baseRatePpm", ${DUE} as total,
           ${DUE} - o.captured_amount + o.refunded_amount - o.written_off_amount as owed
      from orders.sales_order o where o.org_id = ${run.ctx.orgId} and o.id = any(${[...new Set(ids)]}::uuid[]) order by o.id for update`.execute(
    run.tx,
  )
  return new Map(rows.map((row) => [row.id, row]))
}
