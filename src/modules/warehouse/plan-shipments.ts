import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { stableJson } from '../../kernel/events.ts'
import { columnsOf, writePart } from '../../kernel/statement.ts'

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
  const planned = planLater(run, plans, await takeNumbers(run.tx, run.ctx.orgId, 'shipment', plans.length))
  await run.flush()
  return planned
}

const SHIPMENT_COLUMNS = {
  id: 'uuid',
  number: 'bigint',
  warehouse_id: 'uuid',
  source_id: 'uuid',
  source_label: 'text',
  ship_to: 'jsonb',
  ship_to_hash: 'bytea',
  party_id: 'uuid',
  currency: 'text',
  priority: 'integer',
  held: 'boolean',
  ready: 'boolean',
  amount_to_collect: 'bigint',
  promised_at: 'timestamptz',
} as const

/** As {@link planShipments}, numbered from `first` on and left for the end of the command. */
export function planLater(run: CommandRun, plans: readonly ShipmentPlan[], first: number): PlannedShipment[] {
  if (plans.length === 0) return []
  const shipments = plans.map((plan, index) => ({
    id: run.newId(),
    number: first + index,
    warehouse_id: plan.warehouseId,
    source_id: plan.sourceId,
    source_label: plan.sourceLabel ?? '',
    ship_to: plan.shipTo,
    ship_to_hash: addressHash(plan.shipTo),
    party_id: plan.partyId,
    currency: plan.currency,
    priority: plan.priority,
    held: plan.held,
    ready: plan.ready,
    amount_to_collect: plan.amountToCollect,
    promised_at: plan.promisedAt,
    lines: plan.lines,
  }))
  const lines = shipments.flatMap((shipment) =>
    shipment.lines.map((line) => ({ ...line, shipmentId: shipment.id, sourceId: shipment.source_id })),
  )
  run.later(
    writePart(sql`warehouse.insert_shipments(p_org => ${run.ctx.orgId}, p_now => ${run.now}, ${columnsOf(shipments, SHIPMENT_COLUMNS)},
      ${lineColumns(run, lines)})`),
  )
  for (const shipment of shipments) {
    run.emit({
      type: 'warehouse.shipment_planned',
      documentType: 'shipment',
      documentId: shipment.id,
      payload: {
        number: shipment.number,
        order_id: shipment.source_id,
        warehouse_id: shipment.warehouse_id,
        lines: shipment.lines.length,
      },
    })
  }
  return shipments.map((shipment) => ({
    id: shipment.id,
    number: shipment.number,
    sourceId: shipment.source_id,
    warehouseId: shipment.warehouse_id,
  }))
}

function lineColumns(run: CommandRun, lines: readonly NewLine[]) {
  return columnsOf(
    lines.map((line) => ({
      id: run.newId(),
      shipment_id: line.shipmentId,
      source_id: line.sourceId,
      source_line_id: line.sourceLineId,
      item_id: line.itemId,
      owner_id: line.ownerId,
      supply: line.supply,
      quantity: line.quantity,
    })),
    {
      id: 'uuid',
      shipment_id: 'uuid',
      source_id: 'uuid',
      source_line_id: 'uuid',
      item_id: 'uuid',
      owner_id: 'uuid',
      supply: 'text',
      quantity: 'bigint',
    },
    'l_',
  )
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
