import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { noteReturnStates } from './return-state.repo.ts'
import type { Shipment, ShipmentLine } from './shipment.repo.ts'

/** Goods of a shipment that came back to us without the customer having had them. Quantities in base units. */
interface SentBackReceipt {
  id: string
  number: number
  warehouseId: string | null
  locationId: string | null
  reason: string
  note: string
  happenedAt: Date
  parts: readonly { id: string; shipmentLineId: string; itemId: string; lotId: string; ownerId: string; quantity: number }[]
}

/** Writes a return receipt of kind `refused` for a shipment, its lines in the order of the parts; each waits for inspection. */
export async function insertSentBackReceipt(
  run: CommandRun,
  { shipment, lines }: { shipment: Shipment; lines: readonly ShipmentLine[] },
  receipt: SentBackReceipt,
): Promise<void> {
  const { tx, ctx } = run
  await sql`
    insert into warehouse.return_receipt (org_id, id, number, warehouse_id, source_id, party_id, kind, reason, note, currency, happened_at, recorded_at)
    values (${ctx.orgId}, ${receipt.id}, ${receipt.number}, ${receipt.warehouseId}::uuid, ${shipment.sourceId}, ${shipment.partyId}::uuid, 'refused', ${receipt.reason}, ${receipt.note}, ${shipment.currency}, ${receipt.happenedAt}, ${run.now})`.execute(
    tx,
  )
  const orderLine = new Map(lines.map((line) => [line.id, line.sourceLineId]))
  const rows = receipt.parts.map((part, index) => ({
    id: part.id,
    lineNo: index + 1,
    shipmentLineId: part.shipmentLineId,
    sourceLineId: orderLine.get(part.shipmentLineId) ?? null,
    itemId: part.itemId,
    lotId: part.lotId,
    ownerId: part.ownerId,
    quantity: part.quantity,
  }))
  await sql`
    insert into warehouse.return_receipt_line (org_id, id, receipt_id, line_no, shipment_line_id, source_line_id, item_id, lot_id, owner_id, location_id, quantity)
    select ${ctx.orgId}, l.id, ${receipt.id}, l.lineNo, l.shipmentLineId, l.sourceLineId, l.itemId, l.lotId, l.ownerId, ${receipt.locationId}::uuid, l.quantity
      from ${rowsOf(rows, { id: 'uuid', lineNo: 'integer', shipmentLineId: 'uuid', sourceLineId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint' }, 'l')}`.execute(
    tx,
  )
  await noteReturnStates(
    run,
    rows.map((row) => row.id),
  )
}
