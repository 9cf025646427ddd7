import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { HeldByAnother, type LockedTable, mayWait, noteLocks } from '../../kernel/lock-order.ts'
import { shipmentsOfSources } from './shipment-orders.ts'

export type ShipmentStatus =
  | 'planned'
  | 'released'
  | 'picked'
  | 'packed'
  | 'shipped'
  | 'delivered'
  | 'refused'
  | 'lost'
  | 'canceled'
  | 'voided'

/** What a line moves: our goods, nothing (services and vouchers), or goods that the channel sent itself. */
export type LineSupply = 'stock' | 'none' | 'elsewhere'

export interface Shipment {
  id: string
  number: number
  warehouseId: string
  status: ShipmentStatus
  sourceId: string
  partyId: string | null
  currency: string
  priority: number
  held: boolean
  ready: boolean
  pickListId: string | null
}

export interface ShipmentLine {
  id: string
  shipmentId: string
  sourceId: string
  sourceLineId: string
  itemId: string
  ownerId: string
  supply: LineSupply
  quantity: number
  canceledQuantity: number
  pickedQuantity: number
  shippedQuantity: number
  returnedQuantity: number
  refusedQuantity: number
  lostQuantity: number
}

export interface Pick {
  id: string
  rootId: string
  pickListId: string
  shipmentId: string
  shipmentLineId: string
  locationId: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  pickedQuantity: number
  putBackQuantity: number
  lostQuantity: number
  status: 'open' | 'picked' | 'short' | 'canceled'
}

const SHIPMENT = sql`s.id, s.number, s.warehouse_id as "warehouseId", s.status, s.source_id as "sourceId", s.party_id as "partyId", s.currency, s.priority, s.held, s.ready, s.pick_list_id as "pickListId"`
const LINE = sql`l.id, l.shipment_id as "shipmentId", l.source_id as "sourceId", l.source_line_id as "sourceLineId", l.item_id as "itemId", l.owner_id as "ownerId", l.supply,
  l.quantity, l.canceled_quantity as "canceledQuantity", l.picked_quantity as "pickedQuantity", l.shipped_quantity as "shippedQuantity", l.returned_quantity as "returnedQuantity", l.refused_quantity as "refusedQuantity", l.lost_quantity as "lostQuantity"`
const PICK = sql`p.id, p.root_id as "rootId", p.pick_list_id as "pickListId", p.shipment_id as "shipmentId", p.shipment_line_id as "shipmentLineId", p.location_id as "locationId", p.item_id as "itemId",
  p.lot_id as "lotId", p.owner_id as "ownerId", p.quantity, p.picked_quantity as "pickedQuantity", p.put_back_quantity as "putBackQuantity", p.lost_quantity as "lostQuantity", p.status`

const SHIPMENTS: LockedTable = { name: 'warehouse.shipment', rank: 2, lock: lockShipments }

/**
 * Locks shipments in key order: the first lock of everything that changes a shipment. Missing ones are left out. Who already holds
 * positions, or shipments that come after them, tries them and does not wait: a fact that takes promised goods finds out late whose.
 * @throws HeldByAnother the transaction begins anew and takes them in order
 */
export async function lockShipments(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, Shipment>> {
  const unique = [...new Set(ids.map((id) => id.toLowerCase()))]
  const waits = mayWait(tx, SHIPMENTS, unique)
  const { rows } = await sql<Shipment>`
    select ${SHIPMENT} from warehouse.shipment s
     where s.org_id = ${orgId} and s.id = any(${unique}::uuid[]) order by s.id for update ${sql.raw(waits ? '' : 'skip locked')}`.execute(
    tx,
  )
  if (!waits && rows.length < (await countShipments(tx, orgId, unique))) throw new HeldByAnother(tx, SHIPMENTS, unique)
  noteLocks(
    tx,
    SHIPMENTS,
    rows.map((row) => row.id),
  )
  return new Map(rows.map((row) => [row.id, row]))
}

async function countShipments(tx: Tx, orgId: number, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{
    there: number
  }>`select count(*)::int as there from warehouse.shipment where org_id = ${orgId} and id = any(${ids}::uuid[])`.execute(tx)
  return rows[0]?.there ?? 0
}

/** Locks the shipments that carry lines of orders (source ids), in key order. */
export async function lockShipmentsOfSources(tx: Tx, orgId: number, sourceIds: readonly string[]): Promise<Map<string, Shipment>> {
  const { rows } = await sql<{ id: string }>`
    select distinct l.shipment_id as id from warehouse.shipment_line l
      join (${shipmentsOfSources(orgId, sourceIds)}) s on s.shipment_id = l.shipment_id
     where l.org_id = ${orgId}`.execute(tx)
  return lockShipments(
    tx,
    orgId,
    rows.map((row) => row.id),
  )
}

/** Lines of locked shipments, in the order they were planned. */
export async function readLines(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<ShipmentLine[]> {
  if (shipmentIds.length === 0) return []
  const { rows } =
    await sql<ShipmentLine>`select ${LINE} from warehouse.shipment_line l where l.org_id = ${orgId} and l.shipment_id = any(${shipmentIds}::uuid[]) order by l.shipment_id, l.id`.execute(
      tx,
    )
  return rows
}

/** Picks of locked shipments. */
export async function readPicks(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<Pick[]> {
  if (shipmentIds.length === 0) return []
  const { rows } =
    await sql<Pick>`select ${PICK} from warehouse.pick p where p.org_id = ${orgId} and p.shipment_id = any(${shipmentIds}::uuid[]) order by p.shipment_id, p.id`.execute(
      tx,
    )
  return rows
}

/** Columns of a shipment that a step may set; only the given ones change. Raises the version. */
export async function updateShipments(
  tx: Tx,
  orgId: number,
  changes: readonly { id: string; status: ShipmentStatus; pickListId?: string | null; at: Date }[],
): Promise<void> {
  if (changes.length === 0) return
  await sql`
    update warehouse.shipment s set status = c.status, version = s.version + 1,
           pick_list_id = coalesce(c.pickListId, s.pick_list_id),
           released_at = case when c.status = 'released' or (c.status = 'picked' and s.released_at is null) then c.at else s.released_at end,
           picked_at = case when c.status = 'picked' then c.at else s.picked_at end,
           packed_at = case when c.status = 'packed' then c.at else s.packed_at end,
           shipped_at = case when c.status = 'shipped' then c.at else s.shipped_at end,
           delivered_at = case when c.status = 'delivered' then c.at else s.delivered_at end
      from ${rowsOf(changes, { id: 'uuid', status: 'text', pickListId: 'uuid', at: 'timestamptz' }, 'c')}
     where s.org_id = ${orgId} and s.id = c.id`.execute(tx)
}

/** What a shipment line gains or loses. */
export interface LineQuantities {
  id: string
  quantity?: number
  canceled?: number
  picked?: number
  shipped?: number
  returned?: number
  refused?: number
  lost?: number
}

/** Adds to a line's quantities. */
export async function addToLines(tx: Tx, orgId: number, changes: readonly LineQuantities[]): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map((change) => ({
    id: change.id,
    quantity: change.quantity ?? 0,
    canceled: change.canceled ?? 0,
    picked: change.picked ?? 0,
    shipped: change.shipped ?? 0,
    returned: change.returned ?? 0,
    refused: change.refused ?? 0,
    lost: change.lost ?? 0,
  }))
  await sql`
    update warehouse.shipment_line l set quantity = l.quantity + c.quantity, canceled_quantity = l.canceled_quantity + c.canceled, picked_quantity = l.picked_quantity + c.picked,
           shipped_quantity = l.shipped_quantity + c.shipped, returned_quantity = l.returned_quantity + c.returned, refused_quantity = l.refused_quantity + c.refused, lost_quantity = l.lost_quantity + c.lost
      from (select x.id, sum(x.quantity)::bigint as quantity, sum(x.canceled)::bigint as canceled, sum(x.picked)::bigint as picked, sum(x.shipped)::bigint as shipped, sum(x.returned)::bigint as returned, sum(x.refused)::bigint as refused, sum(x.lost)::bigint as lost
              from ${rowsOf(rows, { id: 'uuid', quantity: 'bigint', canceled: 'bigint', picked: 'bigint', shipped: 'bigint', returned: 'bigint', refused: 'bigint', lost: 'bigint' }, 'x')} group by x.id) c
     where l.org_id = ${orgId} and l.id = c.id`.execute(tx)
}

/** Inserts picks. */
export async function insertPicks(tx: Tx, orgId: number, picks: readonly Pick[]): Promise<void> {
  if (picks.length === 0) return
  await sql`
    insert into warehouse.pick (org_id, id, root_id, pick_list_id, shipment_id, shipment_line_id, location_id, item_id, lot_id, owner_id, quantity, picked_quantity, put_back_quantity, lost_quantity, status)
    select ${orgId}, p.id, p.rootId, p.pickListId, p.shipmentId, p.shipmentLineId, p.locationId, p.itemId, p.lotId, p.ownerId, p.quantity, p.pickedQuantity, p.putBackQuantity, p.lostQuantity, p.status
      from ${rowsOf(picks, { id: 'uuid', rootId: 'uuid', pickListId: 'uuid', shipmentId: 'uuid', shipmentLineId: 'uuid', locationId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint', pickedQuantity: 'bigint', putBackQuantity: 'bigint', lostQuantity: 'bigint', status: 'text' }, 'p')}`.execute(
    tx,
  )
}

/** Writes picks' quantities and status as they now are. */
export async function updatePicks(tx: Tx, orgId: number, picks: readonly Pick[], by: { at: Date; actorId: string | null }): Promise<void> {
  if (picks.length === 0) return
  await sql`
    update warehouse.pick p set shipment_id = c.shipmentId, shipment_line_id = c.shipmentLineId, quantity = c.quantity, picked_quantity = c.pickedQuantity, put_back_quantity = c.putBackQuantity, lost_quantity = c.lostQuantity, status = c.status,
           picked_at = case when c.pickedQuantity > p.picked_quantity then ${by.at}::timestamptz else p.picked_at end,
           picked_by = case when c.pickedQuantity > p.picked_quantity then ${by.actorId}::uuid else p.picked_by end
      from ${rowsOf(picks, { id: 'uuid', shipmentId: 'uuid', shipmentLineId: 'uuid', quantity: 'bigint', pickedQuantity: 'bigint', putBackQuantity: 'bigint', lostQuantity: 'bigint', status: 'text' }, 'c')}
     where p.org_id = ${orgId} and p.id = c.id`.execute(tx)
}

/** What of a pick still stands in staging. */
export function stagedOf(pick: Pick): number {
  return pick.pickedQuantity - pick.putBackQuantity - pick.lostQuantity
}

/** What of a pick is still to be taken from its bin. */
export function openOf(pick: Pick): number {
  return pick.status === 'open' ? pick.quantity - pick.pickedQuantity : 0
}

/** What of a stocked line is neither picked nor chosen in a bin: all of a planned one, and what lost its bin later. */
export function uncoveredOf(line: ShipmentLine, picks: readonly Pick[]): number {
  if (line.supply === 'none') return 0
  return line.quantity - line.pickedQuantity - picks.reduce((sum, pick) => (pick.shipmentLineId === line.id ? sum + openOf(pick) : sum), 0)
}

/** Takes a quantity off what is open of a pick, in place; one with nothing left is canceled. */
export function shrinkPick(pick: Pick, quantity: number): void {
  if (pick.quantity === quantity) {
    pick.status = 'canceled'
    return
  }
  pick.quantity -= quantity
  if (pick.quantity === pick.pickedQuantity) pick.status = 'picked'
}

/** Of requests of a batch, those that name a shipment named before: a batch changes each shipment once. */
export function repeatedRequests<R extends { shipmentId: string }>(requests: readonly R[]): ReadonlySet<R> {
  const seen = new Set<string>()
  return new Set(requests.filter((request) => seen.size === seen.add(request.shipmentId).size))
}

/** Removes the parcels of shipments that are to be packed again. */
export async function removeParcels(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<void> {
  if (shipmentIds.length === 0) return
  await sql`
    delete from warehouse.parcel_line where org_id = ${orgId}
       and parcel_id in (select id from warehouse.parcel where org_id = ${orgId} and shipment_id = any(${shipmentIds}::uuid[]))`.execute(tx)
  await sql`delete from warehouse.parcel where org_id = ${orgId} and shipment_id = any(${shipmentIds}::uuid[])`.execute(tx)
}

/** Picks of pick lists with the numbers of their shipments. */
export async function readPicksOfList(
  tx: Tx,
  orgId: number,
  pickListIds: readonly string[],
): Promise<(Pick & { shipmentNumber: number })[]> {
  const { rows } = await sql<Pick & { shipmentNumber: number }>`
    select ${PICK}, s.number as "shipmentNumber" from warehouse.pick p join warehouse.shipment s on s.org_id = p.org_id and s.id = p.shipment_id
     where p.org_id = ${orgId} and p.pick_list_id = any(${pickListIds}::uuid[]) order by p.id`.execute(tx)
  return rows
}
