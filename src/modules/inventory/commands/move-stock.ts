import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { takeNumbers } from '../../../kernel/counter.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import type { Allocation, NewMovement } from '../goods-posting.ts'
import { postGoods } from '../post-goods.ts'
import { requireWarehouse, resolveItems, resolveLocations, resolveLots } from '../resolve-lines.ts'
import { Code, itemReference, LotCode, Note, Quantity } from '../wire.ts'

const MoveLine = exactly({
  ...itemReference,
  from_location_id: Type.Optional(Uuid),
  from_location_code: Type.Optional(Code),
  to_location_id: Type.Optional(Uuid),
  to_location_code: Type.Optional(Code),
  quantity: Quantity,
  lot: Type.Optional(LotCode),
})

/** A line of a move once everything it names is found. */
export interface MoveLineRow {
  id: string
  itemId: string
  lotId: string
  ownerId: string
  fromLocationId: string
  toLocationId: string
  quantity: number
}

/**
 * Moves goods from bin to bin within a warehouse. Goods chosen for a pick may be moved too: the choice is made again.
 * @throws `inventory.not_found` (warehouse), `inventory.insufficient_stock` (rule), `kernel.invalid_input` naming every bad line
 */
export const moveStock = defineCommand({
  name: 'inventory.move_stock',
  permission: 'inventory.move',
  summary: 'Move goods from bin to bin within a warehouse',
  input: exactly({ warehouse_id: Uuid, note: Note, lines: Type.Array(MoveLine, { minItems: 1, maxItems: 1000 }) }),
  output: exactly({ id: Uuid, number: Type.Integer(), lines: Type.Array(exactly({ id: Uuid, line_no: Type.Integer() })) }),
  errors: ['inventory.not_found', 'inventory.insufficient_stock'],

  async run(run, input) {
    const { tx, ctx } = run
    const { warehouse_id } = input
    await requireWarehouse(tx, ctx.orgId, warehouse_id)
    const items = await resolveItems(tx, ctx.orgId, input.lines)
    const side = (at: 'from' | 'to') =>
      input.lines.map((line, index) => ({
        id: line[`${at}_location_id`],
        code: line[`${at}_location_code`],
        pointer: `/lines/${index}`,
        field: `${at}_location`,
      }))
    const from = await resolveLocations(tx, ctx.orgId, warehouse_id, side('from'))
    const to = await resolveLocations(tx, ctx.orgId, warehouse_id, side('to'))
    refuseSamePlace(from, to)
    const lots = await resolveLots(
      run,
      input.lines.map((line, index) => ({ itemId: items[index]?.id ?? '', lot: line.lot })),
      false,
    )
    const id = run.newId()
    const lines = input.lines.map((line, index): MoveLineRow => ({
      id: run.newId(),
      itemId: items[index]?.id ?? '',
      lotId: lots[index] ?? ZERO_ID,
      ownerId: ZERO_ID,
      fromLocationId: from[index] ?? '',
      toLocationId: to[index] ?? '',
      quantity: line.quantity,
    }))
    const number = await postMove(run, { id, warehouseId: warehouse_id, note: input.note ?? '', lines })
    return { id, number, lines: lines.map((line, index) => ({ id: line.id, line_no: index + 1 })) }
  },
})

function refuseSamePlace(from: readonly string[], to: readonly string[]): void {
  const problems = from.flatMap((id, index): FieldProblem[] =>
    id === to[index]
      ? [
          {
            pointer: `/lines/${index}/to_location_id`,
            code: 'same_location',
            message: 'is where the goods already stand; name another location',
          },
        ]
      : [],
  )
  if (problems.length > 0) throw invalidInput(problems)
}

/** A move ready to be posted; `deallocate` gives up what was chosen of the goods. */
export interface MoveDocument {
  id: string
  warehouseId: string
  note: string
  lines: readonly MoveLineRow[]
  deallocate?: readonly Allocation[]
}

/**
 * Posts a move of goods within a warehouse: movements, document, event; answers its number.
 * @throws `inventory.insufficient_stock` (rule)
 */
export async function postMove(run: CommandRun, document: MoveDocument): Promise<number> {
  await postGoods(run, {
    movements: document.lines.map(({ id: sourceLineId, ...line }): NewMovement => ({
      ...line,
      happenedAt: run.now,
      reason: 'move',
      sourceType: 'stock_move',
      sourceId: document.id,
      sourceLineId,
    })),
    deallocate: document.deallocate ?? [],
  })
  return insertMove(run, document)
}

async function insertMove(
  run: CommandRun,
  move: { id: string; warehouseId: string; note: string; lines: readonly MoveLineRow[] },
): Promise<number> {
  const { tx, ctx, now } = run
  const number = await takeNumbers(tx, ctx.orgId, 'stock_move', 1)
  await sql`
    insert into inventory.stock_move (org_id, id, number, warehouse_id, note, happened_at, recorded_at)
    values (${ctx.orgId}, ${move.id}, ${number}, ${move.warehouseId}, ${move.note}, ${now}, ${now})`.execute(tx)
  const rows = move.lines.map((line, index) => ({ ...line, lineNo: index + 1 }))
  await sql`
    insert into inventory.stock_move_line (org_id, id, stock_move_id, line_no, item_id, lot_id, owner_id, from_location_id, to_location_id, quantity)
    select ${ctx.orgId}, l.id, ${move.id}, l.lineNo, l.itemId, l.lotId, l.ownerId, l.fromLocationId, l.toLocationId, l.quantity
      from ${rowsOf(rows, { id: 'uuid', lineNo: 'integer', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', fromLocationId: 'uuid', toLocationId: 'uuid', quantity: 'bigint' }, 'l')}`.execute(
    tx,
  )
  run.emit({
    type: 'inventory.stock_moved',
    documentType: 'stock_move',
    documentId: move.id,
    payload: {
      number,
      warehouse_id: move.warehouseId,
      lines_total: move.lines.length,
      lines: move.lines.slice(0, 100).map((line) => ({
        item_id: line.itemId,
        from_location_id: line.fromLocationId,
        to_location_id: line.toLocationId,
        quantity: line.quantity,
      })),
    },
  })
  return number
}
