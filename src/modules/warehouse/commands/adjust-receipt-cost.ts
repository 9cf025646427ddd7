import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { rowsOf } from '../../../kernel/database.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { allocate, mulDivRound } from '../../../kernel/money.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { adjustCost } from '../../inventory/index.ts'
import { lockReceipt, type ReceiptHeader, type ReceiptLine } from '../receive-goods.ts'
import { Currency } from '../schemas.ts'
import { alreadyReversed } from '../warehouse.errors.ts'

const Amount = Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 })
const input = exactly({
  goods_receipt_id: Uuid,
  reason: Type.Enum(['landed_cost', 'price_difference', 'provisional_final']),
  note: Type.Optional(Type.String({ maxLength: 500 })),
  currency: Type.Optional(Currency),
  amount: Type.Optional(Amount),
  lines: Type.Optional(Type.Array(exactly({ line_id: Uuid, amount: Amount }), { minItems: 1, maxItems: 5000 })),
})

/**
 * Adds late cost to the goods of a receipt (freight and duty, a price difference, a provisional cost made final), or takes some off:
 * `lines` by line, or one `amount` for all, spread by what the lines came in at. Minor units of the receipt's currency, or of the books' if
 * `currency` says so. Posted today: what is left of the goods takes its part, what was used goes to cost of goods sold.
 * @throws `warehouse.not_found`, `warehouse.already_reversed` (conflict), `inventory.cost_below_zero` (rule), `kernel.invalid_input`
 */
export const adjustReceiptCost = defineCommand({
  name: 'warehouse.adjust_receipt_cost',
  permission: 'ledger.post',
  summary: 'Add late cost to the goods of a receipt',
  input,
  output: exactly({ id: Uuid, number: Type.Integer(), left: Type.Integer(), used: Type.Integer() }),
  errors: ['warehouse.not_found', 'warehouse.already_reversed', 'inventory.cost_below_zero'],

  async run(run, wanted) {
    const { tx, ctx } = run
    const { receipt, lines } = await lockReceipt(run, wanted.goods_receipt_id)
    if (receipt.status === 'reversed') throw alreadyReversed(receipt.number)
    const parts = partsOf(wanted, receipt, { lines, baseCurrency: ctx.org.baseCurrency })
    const { left, used } = await adjustCost(run, {
      reason: wanted.reason,
      note: wanted.note ?? '',
      sourceType: 'goods_receipt',
      sourceId: receipt.id,
      lines: parts.map((part) => ({ sourceLineId: part.line.id, valueMinor: part.value })),
      credit: receipt.kind === 'supplier' ? 'received_not_invoiced' : 'opening_equity',
    })
    const rows = parts.map((part) => ({ id: part.line.id, value: part.value }))
    await sql`
      update warehouse.goods_receipt_line l set adjusted_value_minor = l.adjusted_value_minor + c.value, provisional = l.provisional and ${wanted.reason !== 'provisional_final'}
        from ${rowsOf(rows, { id: 'uuid', value: 'bigint' }, 'c')} where l.org_id = ${ctx.orgId} and l.id = c.id`.execute(tx)
    await sql`update warehouse.goods_receipt set version = version + 1 where org_id = ${ctx.orgId} and id = ${receipt.id}::uuid`.execute(tx)
    run.emit({
      type: 'warehouse.receipt_cost_adjusted',
      documentType: 'goods_receipt',
      documentId: receipt.id,
      payload: { number: receipt.number, reason: wanted.reason, value_minor: left + used, left_minor: left, used_minor: used },
    })
    return { id: receipt.id, number: receipt.number, left, used }
  },
})

interface Part {
  line: ReceiptLine
  value: number
}

/** Base currency value of each line that gets something. */
function partsOf(
  wanted: Static<typeof input>,
  receipt: ReceiptHeader,
  { lines, baseCurrency }: { lines: readonly ReceiptLine[]; baseCurrency: string },
): Part[] {
  const problems = problemsOf(wanted, receipt, { lines, baseCurrency })
  if (problems.length > 0) throw invalidInput(problems)
  const inBase = (amount: number) =>
    (wanted.currency ?? receipt.currency) === baseCurrency ? amount : mulDivRound(amount, receipt.baseRatePpm, 1_000_000)
  const received = lines.filter((line) => line.receivedQuantity > 0)
  if (wanted.lines === undefined) {
    const total = inBase(wanted.amount ?? 0)
    const valued = received.some((line) => line.receivedValueMinor > 0)
    const shares = allocate(
      Math.abs(total),
      received.map((line) => (valued ? line.receivedValueMinor : line.receivedQuantity)),
    )
    return received
      .map((line, index) => ({ line, value: Math.sign(total) * (shares[index] ?? 0) }))
      .filter((part) => part.value !== 0 || wanted.reason === 'provisional_final')
  }
  const byId = new Map(received.map((line) => [line.id, line]))
  return wanted.lines.flatMap(({ line_id, amount }) => {
    const line = byId.get(line_id)
    return line === undefined ? [] : [{ line, value: inBase(amount) }]
  })
}

function problemsOf(
  wanted: Static<typeof input>,
  receipt: ReceiptHeader,
  { lines, baseCurrency }: { lines: readonly ReceiptLine[]; baseCurrency: string },
): FieldProblem[] {
  const problems: FieldProblem[] = []
  if ((wanted.amount === undefined) === (wanted.lines === undefined))
    problems.push({ pointer: '/amount', code: 'one_of', message: 'give one amount for the receipt or amounts by line, one of the two' })
  if (wanted.currency !== undefined && wanted.currency !== receipt.currency && wanted.currency !== baseCurrency)
    problems.push({
      pointer: '/currency',
      code: 'other_currency',
      message: `must be ${receipt.currency} or ${baseCurrency}; convert the amount`,
    })
  if (lines.every((line) => line.receivedQuantity === 0))
    problems.push({ pointer: '', code: 'nothing_received', message: 'nothing was received yet; state the cost when the goods come in' })
  const seen = new Set<string>()
  for (const [index, { line_id }] of (wanted.lines ?? []).entries()) {
    const line = lines.find((candidate) => candidate.id === line_id)
    const at = `/lines/${index}/line_id`
    if (line === undefined) problems.push({ pointer: at, code: 'unknown_line', message: 'is no line of this receipt; correct it' })
    else if (line.receivedQuantity === 0)
      problems.push({ pointer: at, code: 'nothing_received', message: 'nothing of this line was received yet; leave it out' })
    if (seen.has(line_id)) problems.push({ pointer: at, code: 'duplicate', message: 'is given twice; add the amounts up' })
    seen.add(line_id)
  }
  return problems
}
