import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { changeExpected, changeExpectedDate, lockPositions } from '../../inventory/index.ts'
import { lockReceipt, type ReceiptHeader, type ReceiptLine, stillToCome } from '../receive-goods.ts'
import { alreadyReversed } from '../warehouse.errors.ts'

const input = exactly({
  goods_receipt_id: Uuid,
  expected_at: Type.Optional(Type.Union([Instant, Type.Null()])),
  reference: Type.Optional(Type.String({ maxLength: 200 })),
  /** Nothing more will come of any line. */
  closed_short: Type.Optional(Type.Literal(true)),
  lines: Type.Optional(
    Type.Array(exactly({ line_id: Uuid, expected_quantity: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }) }), {
      minItems: 1,
      maxItems: 5000,
    }),
  ),
})

/**
 * Changes what a goods receipt still expects and when; what was received never changes. `closed_short` says that nothing more
 * comes. Dates promised to waiting orders follow in the same transaction.
 * @throws `warehouse.not_found`, `warehouse.already_reversed` (conflict), `kernel.invalid_input` (lines)
 */
export const updateGoodsReceipt = defineCommand({
  name: 'warehouse.update_goods_receipt',
  permission: 'warehouse.receive',
  summary: 'Change what a goods receipt still expects, and when',
  input,
  output: exactly({ id: Uuid, number: Type.Integer() }),
  errors: ['warehouse.not_found', 'warehouse.already_reversed'],

  async run(run, wanted) {
    const { tx, ctx } = run
    const { receipt, lines } = await lockReceipt(run, wanted.goods_receipt_id)
    if (receipt.status === 'reversed') throw alreadyReversed(receipt.number)
    const changes = expectedChanges(wanted, lines)
    const expectedAt = wanted.expected_at === undefined ? receipt.expectedAt : asDate(wanted.expected_at)
    await lockPositions(
      tx,
      ctx.orgId,
      lines.map((line) => ({ itemId: line.itemId, warehouseId: receipt.warehouseId, ownerId: line.ownerId })),
    )
    await writeExpected(run, receipt, changes)
    if (expectedAt?.getTime() !== receipt.expectedAt?.getTime()) await changeExpectedDate(run, receipt.id, expectedAt)
    const expectedOf = new Map(changes.map(({ line, expected }) => [line.id, expected]))
    const status = statusOf(lines.map((line) => ({ ...line, expectedQuantity: expectedOf.get(line.id) ?? line.expectedQuantity ?? 0 })))
    await sql`
      update warehouse.goods_receipt set expected_at = ${expectedAt}, reference = coalesce(${wanted.reference ?? null}, reference), status = ${status}, version = version + 1
       where org_id = ${ctx.orgId} and id = ${receipt.id}::uuid`.execute(tx)
    run.emit({
      type: 'warehouse.goods_receipt_changed',
      documentType: 'goods_receipt',
      documentId: receipt.id,
      payload: {
        number: receipt.number,
        ...(receipt.status === status ? {} : { status: [receipt.status, status] }),
        expected_at: [receipt.expectedAt?.toISOString() ?? null, expectedAt?.toISOString() ?? null],
        lines: changes
          .slice(0, 200)
          .map(({ line, expected }) => ({ line_id: line.id, expected_quantity: [line.expectedQuantity, expected] })),
      },
    })
    return { id: receipt.id, number: receipt.number }
  },
})

function asDate(instant: string | null): Date | null {
  return instant === null ? null : new Date(instant)
}

interface ExpectedLine {
  line: ReceiptLine
  expected: number
}

/** What each line is to expect in all. Never less than what is there already. */
function expectedChanges(wanted: Static<typeof input>, lines: readonly ReceiptLine[]): ExpectedLine[] {
  const byId = new Map(lines.map((line) => [line.id, line]))
  const problems: FieldProblem[] = []
  const said = (wanted.lines ?? []).flatMap(({ line_id, expected_quantity }, index): ExpectedLine[] => {
    const line = byId.get(line_id)
    const at = `/lines/${index}`
    if (line === undefined)
      problems.push({ pointer: `${at}/line_id`, code: 'unknown_line', message: 'is no line of this receipt; correct it' })
    else if (expected_quantity < line.receivedQuantity)
      problems.push({
        pointer: `${at}/expected_quantity`,
        code: 'below_received',
        message: `${line.receivedQuantity} were received already; expect at least that, or take the receipt back`,
      })
    return line === undefined ? [] : [{ line, expected: expected_quantity }]
  })
  if (problems.length > 0) throw invalidInput(problems)
  const changes =
    wanted.closed_short === undefined
      ? said
      : lines.flatMap((line) =>
          line.expectedQuantity === null ? [] : [{ line, expected: Math.min(line.receivedQuantity, line.expectedQuantity) }],
        )
  return changes.filter(({ line, expected }) => expected !== (line.expectedQuantity ?? 0))
}

async function writeExpected(run: CommandRun, receipt: ReceiptHeader, changes: readonly ExpectedLine[]): Promise<void> {
  if (changes.length === 0) return
  const open = (expected: number, received: number) => Math.max(0, expected - received)
  await changeExpected(
    run,
    changes.map(({ line, expected }) =>
      stillToCome(receipt, line, open(expected, line.receivedQuantity) - open(line.expectedQuantity ?? 0, line.receivedQuantity)),
    ),
  )
  const rows = changes.map(({ line, expected }) => ({ id: line.id, expected: expected === 0 ? null : expected }))
  await sql`
    update warehouse.goods_receipt_line l set expected_quantity = c.expected from ${rowsOf(rows, { id: 'uuid', expected: 'bigint' }, 'c')}
     where l.org_id = ${run.ctx.orgId} and l.id = c.id`.execute(run.tx)
}

function statusOf(lines: readonly { expectedQuantity: number; receivedQuantity: number }[]): string {
  if (lines.every((line) => line.receivedQuantity >= line.expectedQuantity)) return 'received'
  return lines.every((line) => line.receivedQuantity === 0) ? 'open' : 'partly_received'
}
