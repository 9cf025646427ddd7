import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

/** What a released line needs from one warehouse. */
export interface PickNeed {
  needId: string
  itemId: string
  ownerId: string
  warehouseId: string
  quantity: number
}

/** Free goods of an item in a bin. */
export interface FreeStock {
  itemId: string
  ownerId: string
  warehouseId: string
  locationId: string
  lotId: string
  free: number
  role: string
  sortKey: string
  expiresOn: string | null
}

export interface ChosenBin {
  needId: string
  locationId: string
  lotId: string
  itemId: string
  ownerId: string
  quantity: number
}

/**
 * Chooses bins for needs, changing `free` in place: soonest expiry first (FEFO), then pick faces before reserve and receiving,
 * a bin that holds all of the need before several that hold parts, then walking order.
 * @returns the choices and what found no bin (goods on hand but elsewhere allocated).
 */
export function chooseBins(
  needs: readonly PickNeed[],
  stock: readonly FreeStock[],
): { chosen: ChosenBin[]; missing: { needId: string; quantity: number }[] } {
  const byItem = Map.groupBy(stock, (free) => `${free.itemId}/${free.ownerId}/${free.warehouseId}`)
  const chosen: ChosenBin[] = []
  const missing: { needId: string; quantity: number }[] = []
  for (const need of needs) {
    let left = need.quantity
    const candidates = (byItem.get(`${need.itemId}/${need.ownerId}/${need.warehouseId}`) ?? [])
      .filter((bin) => bin.free > 0)
      .toSorted((a, b) => compareBins(a, b, need.quantity))
    for (const bin of candidates) {
      if (left === 0) break
      const quantity = Math.min(left, bin.free)
      bin.free -= quantity
      left -= quantity
      chosen.push({
        needId: need.needId,
        locationId: bin.locationId,
        lotId: bin.lotId,
        itemId: need.itemId,
        ownerId: need.ownerId,
        quantity,
      })
    }
    if (left > 0) missing.push({ needId: need.needId, quantity: left })
  }
  return { chosen, missing }
}

const ROLE_ORDER: Readonly<Record<string, number>> = { pick: 0, container: 1, reserve: 2, receiving: 3, packing: 4 }

function compareBins(a: FreeStock, b: FreeStock, wanted: number): number {
  const expiry = (a.expiresOn ?? '9999').localeCompare(b.expiresOn ?? '9999')
  if (expiry !== 0) return expiry
  const role = (ROLE_ORDER[a.role] ?? 9) - (ROLE_ORDER[b.role] ?? 9)
  if (role !== 0) return role
  const whole = Number(b.free >= wanted) - Number(a.free >= wanted)
  if (whole !== 0) return whole
  return a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : a.locationId < b.locationId ? -1 : 1
}

/** Free goods in sellable bins (not staging) of items at warehouses. The caller holds the positions. */
export async function readFreeStock(
  tx: Tx,
  orgId: number,
  keys: readonly { itemId: string; ownerId: string; warehouseId: string }[],
): Promise<FreeStock[]> {
  const { rows } = await sql<FreeStock>`
    select l.item_id as "itemId", l.owner_id as "ownerId", c.warehouse_id as "warehouseId", l.location_id as "locationId", l.lot_id as "lotId",
           l.on_hand - l.allocated as free, c.role, c.sort_key as "sortKey", t.expires_on as "expiresOn"
      from (select distinct itemId, ownerId, warehouseId from ${rowsOf(keys, { itemId: 'uuid', ownerId: 'uuid', warehouseId: 'uuid' }, 'n')}) k
      join inventory.stock_level l on l.org_id = ${orgId} and l.item_id = k.itemId and l.owner_id = k.ownerId and l.on_hand > l.allocated
      join inventory.location c on c.org_id = l.org_id and c.id = l.location_id and c.warehouse_id = k.warehouseId and c.sellable and c.role <> 'staging'
      join inventory.lot t on t.org_id = l.org_id and t.id = l.lot_id`.execute(tx)
  return rows
}
