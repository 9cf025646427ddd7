import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { takeNumbers } from '../../../kernel/counter.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { type CountedLine, insertCount, lockCounted, readExpected, readScope } from '../count.repo.ts'
import type { NewMovement } from '../goods-posting.ts'
import { postGoods } from '../post-goods.ts'
import { virtualLocations } from '../provision-inventory.ts'
import { requireWarehouse, resolveItems, resolveLocations, resolveLots } from '../resolve-lines.ts'
import { Code, happenedAtOf, itemReference, LotCode, Note } from '../wire.ts'

/** Why a count differs, as people say it. */
export const COUNT_REASONS = ['count', 'recount', 'misplaced', 'miscounted', 'damaged', 'stolen', 'other'] as const

const Line = exactly({
  ...itemReference,
  location_id: Type.Optional(Uuid),
  location_code: Type.Optional(Code),
  lot: Type.Optional(LotCode),
  counted: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
  scanned_at: Type.Optional(Instant),
  reason: Type.Optional(Type.Enum([...COUNT_REASONS])),
})
const input = exactly({
  warehouse_id: Uuid,
  scope: Type.Optional(Type.Enum(['lines', 'location', 'item'])),
  note: Note,
  task_id: Type.Optional(Uuid),
  lines: Type.Array(Line, { minItems: 1, maxItems: 1000 }),
})

/**
 * Books what was counted. Each line is compared with what the system had at the instant of its scan, so goods that moved since do
 * not count as differences; what is missing goes to shrinkage, what is over comes from there at the current layer's cost. With scope `location`
 * (`item`), whatever else the system has in the named locations (of the named items in the warehouse) was counted as nothing. All
 * lines or none. Never refused because stock is promised.
 * @throws `inventory.not_found` (warehouse), `inventory.insufficient_stock` (rule: what is missing was moved since), `kernel.invalid_input` naming every bad line
 */
export const countStock = defineCommand({
  name: 'inventory.count_stock',
  permission: 'inventory.count',
  summary: 'Book a count of stock',
  input,
  output: exactly({
    id: Uuid,
    number: Type.Integer(),
    lines: Type.Array(exactly({ id: Uuid, line_no: Type.Integer(), expected: Type.Integer(), difference: Type.Integer() })),
  }),
  errors: ['inventory.not_found', 'inventory.insufficient_stock'],

  async run(run, wanted) {
    const { tx, ctx, now } = run
    await requireWarehouse(tx, ctx.orgId, wanted.warehouse_id)
    const counted = await resolveCounted(run, wanted)
    const scope = wanted.scope ?? 'lines'
    const scopeItems =
      scope === 'location'
        ? (await readScope(tx, ctx.orgId, { warehouseId: wanted.warehouse_id, scope, lines: counted })).map((line) => line.itemId)
        : []
    await lockCounted(tx, ctx.orgId, wanted.warehouse_id, [...counted.map((line) => line.itemId), ...scopeItems])
    const silent = scope === 'lines' ? [] : await readScope(tx, ctx.orgId, { warehouseId: wanted.warehouse_id, scope, lines: counted })
    const lines = await readExpected(tx, ctx.orgId, [
      ...counted,
      ...silent.map((line) => ({ ...line, id: run.newId(), counted: 0, scannedAt: latest(counted, now), reason: 'count', listed: false })),
    ])
    const document = {
      id: run.newId(),
      number: 0,
      warehouseId: wanted.warehouse_id,
      scope,
      note: wanted.note ?? '',
      taskId: wanted.task_id ?? null,
    }
    const value = await postDifferences(run, document.id, lines)
    const number = await takeNumbers(tx, ctx.orgId, 'stock_count', 1)
    await insertCount(run, { ...document, number, countedAt: latest(counted, now) }, lines)
    const wrong = lines.filter((line) => line.difference !== 0)
    run.emit({
      type: 'inventory.stock_counted',
      documentType: 'stock_count',
      documentId: document.id,
      payload: {
        number,
        warehouse_id: wanted.warehouse_id,
        lines: lines.length,
        differences: wrong.slice(0, 100).map((line) => ({ item_id: line.itemId, location_id: line.locationId, quantity: line.difference })),
        value_minor: value,
      },
      news: { taskId: document.taskId },
    })
    return {
      id: document.id,
      number,
      lines: lines.map((line, index) => ({ id: line.id, line_no: index + 1, expected: line.expected, difference: line.difference })),
    }
  },
})

function latest(lines: readonly { scannedAt: Date }[], now: Date): Date {
  return lines.reduce((last, line) => (line.scannedAt > last ? line.scannedAt : last), lines[0]?.scannedAt ?? now)
}

type Counted = Omit<CountedLine, 'expected' | 'difference'>

async function resolveCounted(run: CommandRun, { warehouse_id, lines }: Static<typeof input>): Promise<Counted[]> {
  const { tx, ctx, now } = run
  const items = await resolveItems(tx, ctx.orgId, lines)
  const locations = await resolveLocations(
    tx,
    ctx.orgId,
    warehouse_id,
    lines.map((line, index) => ({ id: line.location_id, code: line.location_code, pointer: `/lines/${index}`, field: 'location' })),
  )
  const lots = await resolveLots(
    run,
    lines.map((line, index) => ({ itemId: items[index]?.id ?? '', lot: line.lot })),
    true,
  )
  const counted = lines.map((line, index) => ({
    id: run.newId(),
    itemId: items[index]?.id ?? '',
    locationId: locations[index] ?? '',
    lotId: lots[index] ?? ZERO_ID,
    ownerId: ZERO_ID,
    counted: line.counted,
    scannedAt: happenedAtOf(line.scanned_at, now),
    reason: line.reason ?? 'count',
    listed: true,
  }))
  refuseTwice(counted)
  return counted
}

/** The same goods in the same place twice in one count: nobody knows which of the two is meant. */
function refuseTwice(lines: readonly Counted[]): void {
  const first = new Map<string, number>()
  const problems = lines.flatMap((line, index): FieldProblem[] => {
    const key = `${line.itemId}/${line.locationId}/${line.lotId}`
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, index)
      return []
    }
    return [{ pointer: `/lines/${index}`, code: 'counted_twice', message: `counts the same goods as line ${before + 1}; add the two up` }]
  })
  if (problems.length > 0) throw invalidInput(problems)
}

async function postDifferences(run: CommandRun, documentId: string, lines: readonly CountedLine[]): Promise<number> {
  const { shrinkage } = await virtualLocations(run.tx, run.ctx.orgId)
  const movements = lines
    .filter((line) => line.difference !== 0)
    .map((line): NewMovement => ({
      itemId: line.itemId,
      lotId: line.lotId,
      ownerId: line.ownerId,
      quantity: Math.abs(line.difference),
      fromLocationId: line.difference > 0 ? shrinkage : line.locationId,
      toLocationId: line.difference > 0 ? line.locationId : shrinkage,
      happenedAt: line.scannedAt,
      reason: line.difference > 0 ? 'count_found' : 'count_loss',
      sourceType: 'stock_count',
      sourceId: documentId,
      sourceLineId: line.id,
      ...(line.difference > 0 ? { cost: { kind: 'current' } } : {}),
    }))
  if (movements.length === 0) return 0
  const recorded = await postGoods(run, { movements })
  return recorded.reduce((sum, movement) => sum + (movement.reason === 'count_found' ? movement.valueMinor : -movement.valueMinor), 0)
}
