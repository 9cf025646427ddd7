import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import type { ReturnStage } from './inspection.ts'

/** Where the goods of a return line are on their way. */
export interface ReturnLineState extends Record<ReturnStage, number> {
  receiptLineId: string
  receiptId: string
  warehouseId: string
  itemId: string
  lotId: string
  ownerId: string
  shipmentLineId: string | null
  locationId: string
  currency: string
  partyId: string | null
  done: number
}

/** Notes for new return lines what is to be inspected: goods that came into a location that does not sell. */
export async function noteReturnStates({ tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>, receiptLineIds: readonly string[]): Promise<void> {
  await sql`
    insert into warehouse.return_line_state (org_id, receipt_line_id, receipt_id, warehouse_id, waiting, done)
    select l.org_id, l.id, l.receipt_id, r.warehouse_id, case when c.sellable then 0 else l.quantity end, case when c.sellable then l.quantity else 0 end
      from warehouse.return_receipt_line l join warehouse.return_receipt r on r.org_id = l.org_id and r.id = l.receipt_id
      join inventory.location c on c.org_id = l.org_id and c.id = l.location_id
     where l.org_id = ${ctx.orgId} and l.id = any(${receiptLineIds}::uuid[])
    on conflict do nothing`.execute(tx)
}

/** Locks the states of a return receipt's lines, in key order. */
export async function lockReturnStates({ tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>, receiptId: string): Promise<ReturnLineState[]> {
  const { rows } = await sql<ReturnLineState>`
    select s.receipt_line_id as "receiptLineId", s.receipt_id as "receiptId", s.warehouse_id as "warehouseId", l.item_id as "itemId", l.lot_id as "lotId", l.owner_id as "ownerId",
           l.shipment_line_id as "shipmentLineId", l.location_id as "locationId", r.currency::text, r.party_id as "partyId", s.waiting, s.repair, s.refurbish, s.supplier, s.reject, s.done
      from warehouse.return_line_state s join warehouse.return_receipt_line l on l.org_id = s.org_id and l.id = s.receipt_line_id
      join warehouse.return_receipt r on r.org_id = s.org_id and r.id = s.receipt_id
     where s.org_id = ${ctx.orgId} and s.receipt_id = ${receiptId}::uuid order by s.receipt_line_id for update of s`.execute(tx)
  return rows
}

/** Where goods kept at a stage were put last, by line and stage. */
export async function readStageLocations(
  { tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>,
  receiptId: string,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ receiptLineId: string; disposition: string; locationId: string }>`
    select distinct on (l.receipt_line_id, l.disposition) l.receipt_line_id as "receiptLineId", l.disposition, l.to_location_id as "locationId"
      from warehouse.inspection_line l join warehouse.inspection i on i.org_id = l.org_id and i.id = l.inspection_id
     where l.org_id = ${ctx.orgId} and i.receipt_id = ${receiptId}::uuid order by l.receipt_line_id, l.disposition, i.number desc, l.line_no desc`.execute(
    tx,
  )
  return new Map(rows.map((row) => [`${row.receiptLineId}/${row.disposition}`, row.locationId]))
}

/** Writes the states of locked lines. */
export async function updateReturnStates({ tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>, states: readonly ReturnLineState[]): Promise<void> {
  await sql`
    update warehouse.return_line_state s set waiting = n.waiting, repair = n.repair, refurbish = n.refurbish, supplier = n.supplier, reject = n.reject, done = n.done
      from ${rowsOf(states, { receiptLineId: 'uuid', waiting: 'bigint', repair: 'bigint', refurbish: 'bigint', supplier: 'bigint', reject: 'bigint', done: 'bigint' }, 'n')}
     where s.org_id = ${ctx.orgId} and s.receipt_line_id = n.receiptLineId`.execute(tx)
}
