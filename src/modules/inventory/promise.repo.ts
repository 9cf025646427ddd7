import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { invariant } from '../../kernel/errors.ts'
import type { Allocation, ReservationRelease } from './goods-posting.ts'

const ALLOCATION = {
  sourceId: 'uuid',
  locationId: 'uuid',
  itemId: 'uuid',
  lotId: 'uuid',
  ownerId: 'uuid',
  quantity: 'bigint',
  purpose: 'text',
} as const

/** Takes away and adds allocation rows; levels are changed by the caller in the same posting. A row that reaches zero leaves. */
export async function changeAllocations(tx: Tx, orgId: number, remove: readonly Allocation[], add: readonly Allocation[]): Promise<void> {
  if (remove.length > 0) {
    const source = sql`(select x.sourceId, x.locationId, x.itemId, x.lotId, x.ownerId, sum(x.quantity)::bigint as quantity
      from ${rowsOf(remove, ALLOCATION, 'x')} group by x.sourceId, x.locationId, x.itemId, x.lotId, x.ownerId) r`
    const matches = sql`a.org_id = ${orgId} and a.source_id = r.sourceId and a.location_id = r.locationId and a.item_id = r.itemId and a.lot_id = r.lotId and a.owner_id = r.ownerId`
    const gone = await sql`delete from inventory.allocation a using ${source} where ${matches} and a.quantity = r.quantity`.execute(tx)
    const cut =
      await sql`update inventory.allocation a set quantity = a.quantity - r.quantity from ${source} where ${matches} and a.quantity > r.quantity`.execute(
        tx,
      )
    const keys = new Set(remove.map((part) => `${part.sourceId}/${part.locationId}/${part.itemId}/${part.lotId}/${part.ownerId}`))
    invariant(rowsIn(gone) + rowsIn(cut) === keys.size, 'only what is allocated is taken off')
  }
  if (add.length > 0) {
    await sql`
      insert into inventory.allocation (org_id, source_id, location_id, item_id, lot_id, owner_id, quantity, purpose)
      select ${orgId}, a.sourceId, a.locationId, a.itemId, a.lotId, a.ownerId, a.quantity, a.purpose
        from (select x.sourceId, x.locationId, x.itemId, x.lotId, x.ownerId, sum(x.quantity)::bigint as quantity, max(x.purpose) as purpose
                from ${rowsOf(add, ALLOCATION, 'x')} group by x.sourceId, x.locationId, x.itemId, x.lotId, x.ownerId) a
      on conflict (org_id, source_id, location_id, lot_id, owner_id) do update set quantity = inventory.allocation.quantity + excluded.quantity`.execute(
      tx,
    )
  }
}

/** Ends or shrinks reservations; positions are changed by the caller in the same posting. */
export async function endReservations(tx: Tx, orgId: number, releases: readonly ReservationRelease[]): Promise<void> {
  if (releases.length === 0) return
  const source = sql`(select x.sourceLineId, x.warehouseId, sum(x.quantity)::bigint as quantity
    from ${rowsOf(releases, { sourceLineId: 'uuid', warehouseId: 'uuid', quantity: 'bigint' }, 'x')} group by x.sourceLineId, x.warehouseId) r`
  const matches = sql`v.org_id = ${orgId} and v.source_line_id = r.sourceLineId and v.warehouse_id = r.warehouseId`
  const gone = await sql`delete from inventory.reservation v using ${source} where ${matches} and v.quantity = r.quantity`.execute(tx)
  const cut =
    await sql`update inventory.reservation v set quantity = v.quantity - r.quantity from ${source} where ${matches} and v.quantity > r.quantity`.execute(
      tx,
    )
  invariant(
    rowsIn(gone) + rowsIn(cut) === new Set(releases.map((part) => `${part.sourceLineId}/${part.warehouseId}`)).size,
    'only what is reserved is released',
  )
}

function rowsIn(result: { numAffectedRows?: bigint | undefined }): number {
  return Number(result.numAffectedRows ?? 0n)
}
