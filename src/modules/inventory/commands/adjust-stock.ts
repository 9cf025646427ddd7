import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { takeNumbers } from '../../../kernel/counter.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { extend } from '../../../kernel/money.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import type { Allocation, MovementCost, NewMovement } from '../goods-posting.ts'
import { postGoods } from '../post-goods.ts'
import { virtualLocations } from '../provision-inventory.ts'
import { requireWarehouse, resolveItems, resolveLocations, resolveLots, type StockedItem } from '../resolve-lines.ts'
import { Code, happenedAtOf, itemReference, LotCode, Note, Quantity, UnitCost } from '../wire.ts'

/** Kinds of adjustment: loss and find are unexplained (shrinkage), scrap and damage explained (write-off). */
export const ADJUSTMENT_KINDS = ['loss', 'found', 'scrap', 'damage'] as const
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number]

const AdjustmentLine = exactly({
  ...itemReference,
  location_id: Type.Optional(Uuid),
  location_code: Type.Optional(Code),
  quantity: Quantity,
  lot: Type.Optional(LotCode),
  unit_cost: Type.Optional(UnitCost),
})
const input = exactly({
  warehouse_id: Uuid,
  kind: Type.Enum([...ADJUSTMENT_KINDS]),
  note: Note,
  happened_at: Type.Optional(Instant),
  lines: Type.Array(AdjustmentLine, { minItems: 1, maxItems: 1000 }),
})

/** What an adjustment line is once everything it names is found. */
export interface AdjustmentLineRow {
  id: string
  locationId: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  unitCost: number | null
  unitCostScale: number
  needsRecount: boolean
}

/**
 * Puts stock right, with a reason. Loss and find go against shrinkage, scrap and damage against write-off; `unit_cost` is for
 * finds whose cost is known, others come in at the current layer's cost. Never refused because stock is promised.
 * @throws `inventory.not_found` (warehouse), `inventory.insufficient_stock` (rule), `kernel.invalid_input` naming every bad line
 */
export const adjustStock = defineCommand({
  name: 'inventory.adjust_stock',
  permission: 'inventory.adjust',
  summary: 'Adjust stock: loss, found, scrap or damage',
  input,
  output: exactly({ id: Uuid, number: Type.Integer(), lines: Type.Array(exactly({ id: Uuid, line_no: Type.Integer() })) }),
  errors: ['inventory.not_found', 'inventory.insufficient_stock'],

  async run(run, input) {
    const { tx, ctx, now } = run
    const happenedAt = happenedAtOf(input.happened_at, now)
    await requireWarehouse(tx, ctx.orgId, input.warehouse_id)
    const items = await resolveItems(tx, ctx.orgId, input.lines)
    refuseOddCosts(run, input)
    const lines = await resolveAdjustmentLines(run, input, items)
    const document: AdjustmentDocument = {
      id: run.newId(),
      warehouseId: input.warehouse_id,
      kind: input.kind,
      note: input.note ?? '',
      happenedAt,
      reversesId: null,
      lines,
    }
    const costOf = (_: AdjustmentLineRow, index: number) =>
      costOfFind(run, input.lines[index]?.unit_cost, { quantity: lines[index]?.quantity ?? 0, unit_scale: items[index]?.unit_scale ?? 0 })
    const number = await postAdjustment(run, document, costOf)
    return { id: document.id, number, lines: lines.map((line, index) => ({ id: line.id, line_no: index + 1 })) }
  },
})

type AdjustInput = Static<typeof input>

/** A cost is told of finds only, and in the base currency: everything else has its cost from its layers. */
function refuseOddCosts({ ctx }: CommandRun, { kind, lines }: AdjustInput): void {
  const problems = lines.flatMap((line, index): FieldProblem[] => {
    if (line.unit_cost === undefined) return []
    const at = `/lines/${index}/unit_cost`
    if (kind !== 'found')
      return [
        {
          pointer: at,
          code: 'only_for_found',
          message: `is only for kind found; goods of kind ${kind} leave at their own cost, remove it`,
        },
      ]
    const { currency } = line.unit_cost
    if (currency === undefined || currency === ctx.org.baseCurrency) return []
    return [{ pointer: `${at}/currency`, code: 'not_base_currency', message: `must be ${ctx.org.baseCurrency}, the currency of the books` }]
  })
  if (problems.length > 0) throw invalidInput(problems)
}

async function resolveAdjustmentLines(
  run: CommandRun,
  { lines, warehouse_id, kind }: AdjustInput,
  items: readonly StockedItem[],
): Promise<AdjustmentLineRow[]> {
  const locations = await resolveLocations(
    run.tx,
    run.ctx.orgId,
    warehouse_id,
    lines.map((line, index) => ({ id: line.location_id, code: line.location_code, pointer: `/lines/${index}`, field: 'location' })),
  )
  const lots = await resolveLots(
    run,
    lines.map((line, index) => ({ itemId: items[index]?.id ?? '', lot: line.lot })),
    kind === 'found',
  )
  return lines.map((line, index) => ({
    id: run.newId(),
    locationId: locations[index] ?? '',
    itemId: items[index]?.id ?? '',
    lotId: lots[index] ?? ZERO_ID,
    ownerId: ZERO_ID,
    quantity: line.quantity,
    unitCost: line.unit_cost?.amount ?? null,
    unitCostScale: line.unit_cost?.scale ?? 2,
    needsRecount: false,
  }))
}

function costOfFind(
  { ctx }: CommandRun,
  unitCost: Static<typeof UnitCost> | undefined,
  line: { quantity: number; unit_scale: number },
): MovementCost {
  if (unitCost === undefined) return { kind: 'current' }
  return {
    kind: 'known',
    valueMinor: extend({ unit: unitCost.amount, scale: unitCost.scale ?? 2 }, line.quantity, line.unit_scale, ctx.org.baseCurrency),
    provisional: false,
  }
}

/** An adjustment ready to be posted. */
export interface AdjustmentDocument {
  id: string
  warehouseId: string
  kind: AdjustmentKind
  note: string
  happenedAt: Date
  reversesId: string | null
  lines: readonly AdjustmentLineRow[]
  /** Chosen goods that are given up with it. */
  deallocate?: readonly Allocation[]
}

/** What a reversing movement has besides. */
export interface ReversedMovement {
  seq: number
  valueMinor: number
}

/**
 * Posts an adjustment: movements, document, event; answers its number. For a reversal `reversed` gives the movement that each
 * line takes back: the goods go the other way, and come back at what they left with.
 */
export async function postAdjustment(
  run: CommandRun,
  document: AdjustmentDocument,
  costOf: (line: AdjustmentLineRow, index: number) => MovementCost,
  reversed?: readonly ReversedMovement[],
): Promise<number> {
  const { tx, ctx, now } = run
  const { id, warehouseId, kind, lines } = document
  const virtual = await virtualLocations(tx, ctx.orgId)
  const away = kind === 'loss' || kind === 'found' ? virtual.shrinkage : virtual.write_off
  const comesIn = (kind === 'found') !== (reversed !== undefined)
  const movements = lines.map((line, index): NewMovement => ({
    itemId: line.itemId,
    lotId: line.lotId,
    ownerId: line.ownerId,
    quantity: line.quantity,
    fromLocationId: comesIn ? away : line.locationId,
    toLocationId: comesIn ? line.locationId : away,
    happenedAt: document.happenedAt,
    reason: kind,
    sourceType: 'adjustment',
    sourceId: id,
    sourceLineId: line.id,
    ...(comesIn ? { cost: costOf(line, index) } : {}),
    ...(reversed?.[index] === undefined ? {} : { reversesSeq: reversed[index].seq }),
  }))
  const recorded = await postGoods(run, { movements, deallocate: document.deallocate ?? [] })
  const number = await takeNumbers(tx, ctx.orgId, 'adjustment', 1)
  await sql`
    insert into inventory.adjustment (org_id, id, number, warehouse_id, kind, note, happened_at, recorded_at, reverses_id)
    values (${ctx.orgId}, ${id}, ${number}, ${warehouseId}, ${kind}, ${document.note}, ${document.happenedAt}, ${now}, ${document.reversesId})`.execute(
    tx,
  )
  await insertLines(run, document)
  run.emit({
    type: document.reversesId === null ? 'inventory.stock_adjusted' : 'inventory.adjustment_reversed',
    documentType: 'adjustment',
    documentId: id,
    payload: {
      number,
      kind,
      warehouse_id: warehouseId,
      reverses_id: document.reversesId,
      value_minor: recorded.reduce((sum, movement) => sum + movement.valueMinor, 0),
      lines: lines
        .slice(0, 100)
        .map((line) => ({ item_id: line.itemId, location_id: line.locationId, quantity: comesIn ? line.quantity : -line.quantity })),
      lines_total: lines.length,
    },
  })
  return number
}

async function insertLines({ tx, ctx }: CommandRun, { id, lines }: AdjustmentDocument): Promise<void> {
  const rows = lines.map((line, index) => ({ ...line, lineNo: index + 1 }))
  const columns = {
    id: 'uuid',
    lineNo: 'integer',
    locationId: 'uuid',
    itemId: 'uuid',
    lotId: 'uuid',
    ownerId: 'uuid',
    quantity: 'bigint',
    unitCost: 'bigint',
    unitCostScale: 'smallint',
    needsRecount: 'boolean',
  } as const
  await sql`
    insert into inventory.adjustment_line (org_id, id, adjustment_id, line_no, location_id, item_id, lot_id, owner_id, quantity, unit_cost, unit_cost_scale, needs_recount)
    select ${ctx.orgId}, l.id, ${id}, l.lineNo, l.locationId, l.itemId, l.lotId, l.ownerId, l.quantity, l.unitCost, l.unitCostScale, l.needsRecount
      from ${rowsOf(rows, columns, 'l')}`.execute(tx)
}
