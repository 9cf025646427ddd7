import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { type FieldProblem, invalidInput, notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { receiveReturnDocuments } from '../../warehouse/index.ts'
import { findRma, readRmaLines } from '../rma.repo.ts'

const Code = Type.String({ minLength: 1, maxLength: 60 })

/**
 * Receives the goods of an authorization at any warehouse: its lines, or other items that were in the parcel (by sku). More than
 * announced and other items are facts: taken and marked. Goods wait in RETURNS for inspection unless another location is named.
 * @throws `orders.not_found`, `kernel.invalid_input` at an unknown line
 */
export const receiveRma = defineCommand({
  name: 'orders.receive_rma',
  permission: 'warehouse.return',
  summary: 'Receive the goods of a return',
  input: exactly({
    rma_id: Uuid,
    warehouse_code: Type.Optional(Code),
    note: Type.Optional(Type.String({ maxLength: 2000 })),
    happened_at: Type.Optional(Instant),
    lines: Type.Array(
      exactly({
        rma_line_id: Type.Optional(Uuid),
        sku: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
        location_code: Type.Optional(Code),
        lot: Type.Optional(Code),
      }),
      { minItems: 1, maxItems: 500 },
    ),
  }),
  output: exactly({ id: Uuid, number: Type.Integer(), rma_id: Uuid }),
  errors: ['orders.not_found', 'warehouse.more_than_shipped'],

  async run(run, input) {
    const rma = await findRma(run, input.rma_id)
    if (rma === null) throw notFound('orders.rma', input.rma_id)
    const known = new Map((await readRmaLines(run, [rma.id])).map((line) => [line.id, line]))
    const problems = input.lines.flatMap((line, index): FieldProblem[] => {
      if ((line.rma_line_id === undefined) === (line.sku === undefined))
        return [
          { pointer: `/lines/${index}/rma_line_id`, code: 'named_once', message: 'name what came by rma_line_id or by sku, one of them' },
        ]
      if (line.rma_line_id !== undefined && !known.has(line.rma_line_id))
        return [
          { pointer: `/lines/${index}/rma_line_id`, code: 'unknown_line', message: 'is no line of this return; take the ids of its lines' },
        ]
      return []
    })
    if (problems.length > 0) throw invalidInput(problems)
    const [outcome] = await receiveReturnDocuments(run, [
      {
        ...(input.warehouse_code === undefined ? { warehouse_id: rma.warehouseId } : { warehouse_code: input.warehouse_code }),
        order_id: rma.orderId,
        ...(rma.partyId === null ? {} : { party_id: rma.partyId }),
        reason: known.get(input.lines[0]?.rma_line_id ?? '')?.reason ?? 'other',
        ...(input.note === undefined ? {} : { note: input.note }),
        ...(input.happened_at === undefined ? {} : { happened_at: input.happened_at }),
        rma_id: rma.id,
        rma_line_ids: input.lines.map((line) => line.rma_line_id),
        lines: input.lines.map(({ rma_line_id, sku, ...line }) => ({
          ...line,
          ...(rma_line_id === undefined ? { sku: sku ?? '' } : { order_line_id: known.get(rma_line_id)?.orderLineId ?? '' }),
        })),
      },
    ])
    if (outcome?.ok !== true) throw outcome?.error ?? notFound('orders.rma', input.rma_id)
    return { ...outcome.value, rma_id: rma.id }
  },
})
