import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { stableJson } from '../../kernel/events.ts'

/** What one warehouse is to send for one order. Lines with supply `none` (services, vouchers) go along without a pick. */
export interface ShipmentPlan {
  sourceId: string
  /** The order's number as people read it, for documents. */
  sourceLabel?: string
  warehouseId: string
  shipTo: Record<string, unknown>
  partyId: string | null
  currency: string
  priority: number
  promisedAt: Date | null
  held: boolean
  ready: boolean
  amountToCollect: number
  lines: { sourceLineId: string; itemId: string; ownerId: string; quantity: number; supply: 'stock' | 'none' }[]
}

/** A shipment that a plan became. */
export interface PlannedShipment {
  id: string
  number: number
  sourceId: string
  warehouseId: string
}

/**
 * Plans shipments: status `planned`, nothing chosen in the warehouse yet. Numbers are taken here, after all other locks.
 * Raises `warehouse.shipment_planned` per shipment.
 */
export async function planShipments(run: CommandRun, plans: readonly ShipmentPlan[]): Promise<PlannedShipment[]> {
  if (plans.length === 0) return []
  const { tx, ctx } = run
  const first = await takeNumbers(tx, ctx.orgId, 'shipment', plans.length)
  const rows = plans.map((plan, index) => ({
    ...plan,
    sourceLabel: plan.sourceLabel ?? '',
    id: run.newId(),
    number: first + index,
    hash: addressHash(plan.shipTo),
  }))
  await sql`
    insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, party_id, currency, priority, held, ready, amount_to_collect, promised_at, created_at)
    select ${ctx.orgId}, s.id, s.number, s.warehouseId, 'planned', s.sourceId, s.sourceLabel, s.shipTo, s.hash, s.partyId, s.currency, s.priority, s.held, s.ready, s.amountToCollect, s.promisedAt, ${run.now}
      from ${rowsOf(rows, { id: 'uuid', number: 'bigint', warehouseId: 'uuid', sourceId: 'uuid', sourceLabel: 'text', shipTo: 'jsonb', hash: 'bytea', partyId: 'uuid', currency: 'text', priority: 'integer', held: 'boolean', ready: 'boolean', amountToCollect: 'bigint', promisedAt: 'timestamptz' }, 's')}`.execute(
    tx,
  )
  await insertLines(
    run,
    rows.flatMap((plan) => plan.lines.map((line) => ({ ...line, shipmentId: plan.id, sourceId: plan.sourceId }))),
  )
  for (const plan of rows) {
    run.emit({
      type: 'warehouse.shipment_planned',
      documentType: 'shipment',
      documentId: plan.id,
      payload: { number: plan.number, order_id: plan.sourceId, warehouse_id: plan.warehouseId, lines: plan.lines.length },
    })
  }
  return rows.map(({ id, number, sourceId, warehouseId }) => ({ id, number, sourceId, warehouseId }))
}

/**
 * Puts more lines of an order on its planned shipment at a warehouse, or plans a new one where none is still planned.
 * Shipments somebody else holds are passed over (a new one is planned), because positions may be locked by now and shipments come first.
 */
export async function extendOrPlan(run: CommandRun, plans: readonly ShipmentPlan[]): Promise<void> {
  if (plans.length === 0) return
  const { tx, ctx } = run
  const { rows: planned } = await sql<{ id: string; sourceId: string; warehouseId: string }>`
    select s.id, s.source_id as "sourceId", s.warehouse_id as "warehouseId" from warehouse.shipment s
     where s.org_id = ${ctx.orgId} and s.source_id = any(${plans.map((plan) => plan.sourceId)}::uuid[]) and s.status = 'planned' order by s.id for update skip locked`.execute(
    tx,
  )
  const known = new Map(planned.map((shipment) => [`${shipment.sourceId}/${shipment.warehouseId}`, shipment.id]))
  const more: NewLine[] = []
  const fresh: ShipmentPlan[] = []
  for (const plan of plans) {
    const shipmentId = known.get(`${plan.sourceId}/${plan.warehouseId}`)
    if (shipmentId === undefined) fresh.push(plan)
    else more.push(...plan.lines.map((line) => ({ ...line, shipmentId, sourceId: plan.sourceId })))
  }
  await addLines(run, more)
  for (const [shipmentId, lines] of Map.groupBy(more, (line) => line.shipmentId)) {
    run.emit({
      type: 'warehouse.shipment_extended',
      documentType: 'shipment',
      documentId: shipmentId,
      payload: { lines: lines.length, quantity: lines.reduce((sum, line) => sum + line.quantity, 0) },
    })
  }
  await planShipments(run, fresh)
}

interface NewLine {
  shipmentId: string
  sourceId: string
  sourceLineId: string
  itemId: string
  ownerId: string
  quantity: number
  supply: 'stock' | 'none'
}

/** Adds quantities to lines that a shipment already has, new lines for the rest. */
async function addLines(run: CommandRun, parts: readonly NewLine[]): Promise<void> {
  if (parts.length === 0) return
  // One row a line: an update takes only one of several rows for the same line.
  const lines = [...Map.groupBy(parts, (line) => `${line.shipmentId}/${line.sourceLineId}`).values()].flatMap((same) =>
    same[0] === undefined ? [] : [{ ...same[0], quantity: same.reduce((sum, line) => sum + line.quantity, 0) }],
  )
  await sql`update warehouse.shipment set version = version + 1 where org_id = ${run.ctx.orgId} and id = any(${[...new Set(lines.map((line) => line.shipmentId))]}::uuid[])`.execute(
    run.tx,
  )
  const { rows: grown } = await sql<{ shipmentId: string; sourceLineId: string }>`
    update warehouse.shipment_line l set quantity = l.quantity + n.quantity
      from ${rowsOf(lines, { shipmentId: 'uuid', sourceLineId: 'uuid', quantity: 'bigint' }, 'n')}
     where l.org_id = ${run.ctx.orgId} and l.shipment_id = n.shipmentId and l.source_line_id = n.sourceLineId
    returning l.shipment_id as "shipmentId", l.source_line_id as "sourceLineId"`.execute(run.tx)
  const had = new Set(grown.map((line) => `${line.shipmentId}/${line.sourceLineId}`))
  await insertLines(
    run,
    lines.filter((line) => !had.has(`${line.shipmentId}/${line.sourceLineId}`)),
  )
}

async function insertLines(run: CommandRun, lines: readonly NewLine[]): Promise<void> {
  if (lines.length === 0) return
  const rows = lines.map((line) => ({ ...line, id: run.newId() }))
  await sql`
    insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity)
    select ${run.ctx.orgId}, l.id, l.shipmentId, l.sourceId, l.sourceLineId, l.itemId, l.ownerId, l.supply, l.quantity
      from ${rowsOf(rows, { id: 'uuid', shipmentId: 'uuid', sourceId: 'uuid', sourceLineId: 'uuid', itemId: 'uuid', ownerId: 'uuid', supply: 'text', quantity: 'bigint' }, 'l')}`.execute(
    run.tx,
  )
}

/** Digest of an address, so that open orders to one address can be found and combined. */
export function addressHash(address: Record<string, unknown>): Buffer {
  return createHash('sha256').update(stableJson(address)).digest()
}
