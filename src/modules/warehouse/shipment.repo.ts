import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'

export type ShipmentStatus = 'planned' | 'released' | 'picked' | 'packed' | 'shipped' | 'delivered' | 'refused' | 'lost' | 'canceled' | 'voided'

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
  supply: 'stock' | 'none'
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
  status: 'open' | 'picked' | 'short' | 'canceled'
}

const SHIPMENT = sql`s.id, s.number, s.warehouse_id as "warehouseId", s.status, s.source_id as "sourceId", s.party_id as "partyId", s.currency, s.priority, s.held, s.ready, s.pick_list_id as "pickListId"`
const LINE = sql`l.id, l.shipment_id as "shipmentId", l.source_id as "sourceId", l.source_line_id as "sourceLineId", l.item_id as "itemId", l.owner_id as "ownerId", l.supply,
  l.quantity, l.canceled_quantity as "canceledQuantity", l.picked_quantity as "pickedQuantity", l.shipped_quantity as "shippedQuantity", l.returned_quantity as "returnedQuantity", l.refused_quantity as "refusedQuantity", l.lost_quantity as "lostQuantity"`
const PICK = sql`p.id, p.root_id as "rootId", p.pick_list_id as "pickListId", p.shipment_id as "shipmentId", p.shipment_line_id as "shipmentLineId", p.location_id as "locationId", p.item_id as "itemId",
  p.lot_id as "lotId", p.owner_id as "ownerId", p.quantity, p.picked_quantity as "pickedQuantity", p.put_back_quantity as "putBackQuantity", p.status`

/** Locks shipments in key order: the first lock of everything that changes a shipment. Missing ones are left out. */
export async function lockShipments(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, Shipment>> {
  const { rows } = await sql<Shipment>`select ${SHIPMENT} from warehouse.shipment s where s.org_id = ${orgId} and s.id = any(${[...new Set(ids)]}::uuid[]) order by s.id for update`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Locks the shipments that carry lines of orders (source ids), in key order. */
export async function lockShipmentsOfSources(tx: Tx, orgId: number, sourceIds: readonly string[]): Promise<Map<string, Shipment>> {
  const { rows } = await sql<{ id: string }>`
    select distinct l.shipment_id as id from warehouse.shipment_line l
      join (select distinct s.id from warehouse.shipment s where s.org_id = ${orgId} and s.source_id = any(${sourceIds}::uuid[])) s on s.id = l.shipment_id
     where l.org_id = ${orgId}`.execute(tx)
  return lockShipments(tx, orgId, rows.map((row) => row.id))
}

/** Lines of locked shipments, in the order they were planned. */
export async function readLines(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<ShipmentLine[]> {
  if (shipmentIds.length === 0) return []
  const { rows } = await sql<ShipmentLine>`select ${LINE} from warehouse.shipment_line l where l.org_id = ${orgId} and l.shipment_id = any(${shipmentIds}::uuid[]) order by l.shipment_id, l.id`.execute(tx)
  return rows
}

/** Picks of locked shipments. */
export async function readPicks(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<Pick[]> {
  if (shipmentIds.length === 0) return []
  const { rows } = await sql<Pick>`select ${PICK} from warehouse.pick p where p.org_id = ${orgId} and p.shipment_id = any(${shipmentIds}::uuid[]) order by p.shipment_id, p.id`.execute(tx)
  return rows
}

/** Columns of a shipment that a step may set; only the given ones change. Raises the version. */
export async function updateShipments(tx: Tx, orgId: number, changes: readonly { id: string; status: ShipmentStatus; pickListId?: string | null; at: Date }[]): Promise<void> {
  if (changes.length === 0) return
  await sql`
    update warehouse.shipment s set status = c.status, version = s.version + 1,
           pick_list_id = coalesce(c.pickListId, s.pick_list_id),
           released_at = case when c.status = 'released' then c.at else s.released_at end,
           picked_at = case when c.status = 'picked' then c.at else s.picked_at end,
           packed_at = case when c.status = 'packed' then c.at else s.packed_at end,
           shipped_at = case when c.status = 'shipped' then c.at else s.shipped_at end,
           delivered_at = case when c.status = 'delivered' then c.at else s.delivered_at end
      from ${rowsOf(changes, { id: 'uuid', status: 'text', pickListId: 'uuid', at: 'timestamptz' }, 'c')}
     where s.org_id = ${orgId} and s.id = c.id`.execute(tx)
}

/** Adds to a line's quantities. */
export async function addToLines(tx: Tx, orgId: number, changes: readonly { id: string; quantity?: number; canceled?: number; picked?: number; shipped?: number; returned?: number }[]): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map((change) => ({ id: change.id, quantity: change.quantity ?? 0, canceled: change.canceled ?? 0, picked: change.picked ?? 0, shipped: change.shipped ?? 0, returned: change.returned ?? 0 }))
  await sql`
    update warehouse.shipment_line l set quantity = l.quantity + c.quantity, canceled_quantity = l.canceled_quantity + c.canceled, picked_quantity = l.picked_quantity + c.picked,
           shipped_quantity = l.shipped_quantity + c.shipped, returned_quantity = l.returned_quantity + c.returned
      from (select x.id, sum(x.quantity)::bigint as quantity, sum(x.canceled)::bigint as canceled, sum(x.picked)::bigint as picked, sum(x.shipped)::bigint as shipped, sum(x.returned)::bigint as returned
              from ${rowsOf(rows, { id: 'uuid', quantity: 'bigint', canceled: 'bigint', picked: 'bigint', shipped: 'bigint', returned: 'bigint' }, 'x')} group by x.id) c
     where l.org_id = ${orgId} and l.id = c.id`.execute(tx)
}

/** Inserts picks. */
export async function insertPicks(tx: Tx, orgId: number, picks: readonly Pick[]): Promise<void> {
  if (picks.length === 0) return
  await sql`
    insert into warehouse.pick (org_id, id, root_id, pick_list_id, shipment_id, shipment_line_id, location_id, item_id, lot_id, owner_id, quantity, picked_quantity, put_back_quantity, status)
    select ${orgId}, p.id, p.rootId, p.pickListId, p.shipmentId, p.shipmentLineId, p.locationId, p.itemId, p.lotId, p.ownerId, p.quantity, p.pickedQuantity, p.putBackQuantity, p.status
      from ${rowsOf(picks, { id: 'uuid', rootId: 'uuid', pickListId: 'uuid', shipmentId: 'uuid', shipmentLineId: 'uuid', locationId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint', pickedQuantity: 'bigint', putBackQuantity: 'bigint', status: 'text' }, 'p')}`.execute(tx)
}

/** Writes picks' quantities and status as they now are. */
export async function updatePicks(tx: Tx, orgId: number, picks: readonly Pick[], by: { at: Date; actorId: string | null }): Promise<void> {
  if (picks.length === 0) return
  await sql`
    update warehouse.pick p set shipment_id = c.shipmentId, shipment_line_id = c.shipmentLineId, quantity = c.quantity, picked_quantity = c.pickedQuantity, put_back_quantity = c.putBackQuantity, status = c.status,
           picked_at = case when c.pickedQuantity > p.picked_quantity then ${by.at}::timestamptz else p.picked_at end,
           picked_by = case when c.pickedQuantity > p.picked_quantity then ${by.actorId}::uuid else p.picked_by end
      from ${rowsOf(picks, { id: 'uuid', shipmentId: 'uuid', shipmentLineId: 'uuid', quantity: 'bigint', pickedQuantity: 'bigint', putBackQuantity: 'bigint', status: 'text' }, 'c')}
     where p.org_id = ${orgId} and p.id = c.id`.execute(tx)
}
