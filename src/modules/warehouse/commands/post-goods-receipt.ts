import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { findLocations, standardLocations } from '../../inventory/index.ts'
import { bookReceipts, lockReceipt } from '../receive-goods.ts'
import { Code, instantOf, Quantity } from '../schemas.ts'
import { alreadyReversed } from '../warehouse.errors.ts'

/**
 * Books in goods of a receipt, all or a part; more than expected is accepted and marked.
 * @throws `warehouse.not_found` (receipt, line), `warehouse.already_reversed` (conflict), `kernel.invalid_input` (location, date)
 */
export const postGoodsReceipt = defineCommand({
  name: 'warehouse.post_goods_receipt',
  permission: 'warehouse.receive',
  summary: 'Receive goods of a receipt',
  input: exactly({
    goods_receipt_id: Uuid,
    received_at: Type.Optional(Instant),
    lines: Type.Array(
      exactly({ line_id: Uuid, quantity: Quantity, location_id: Type.Optional(Uuid), location_code: Type.Optional(Code) }),
      { minItems: 1, maxItems: 5000 },
    ),
  }),
  output: exactly({ id: Uuid, number: Type.Integer() }),
  errors: ['warehouse.not_found', 'warehouse.already_reversed'],

  async run(run, { goods_receipt_id, received_at, lines: wanted }) {
    const { tx, ctx } = run
    const happenedAt = instantOf(received_at, run.now, '/received_at')
    const { receipt, lines } = await lockReceipt(run, goods_receipt_id)
    if (receipt.status === 'reversed') throw alreadyReversed(receipt.number)
    const standard = (await standardLocations(tx, ctx.orgId, [receipt.warehouseId])).get(receipt.warehouseId)?.RECEIVING ?? ''
    const named = await findLocations(tx, ctx.orgId, {
      ids: wanted.flatMap((line) => line.location_id ?? []),
      codes: wanted.flatMap((line) => line.location_code ?? []),
      warehouseIds: [receipt.warehouseId],
    })
    const problems: FieldProblem[] = []
    const parts = wanted.map((line, index) => {
      const location = named.find(
        (candidate) =>
          candidate.warehouseId === receipt.warehouseId && (candidate.id === line.location_id || candidate.code === line.location_code),
      )
      const says = line.location_id ?? line.location_code
      if (says !== undefined && location === undefined)
        problems.push({
          pointer: `/lines/${index}/location_${line.location_id === undefined ? 'code' : 'id'}`,
          code: 'unknown_location',
          message: `there is no location ${says} in this warehouse; create it or correct it`,
        })
      return { lineId: line.line_id, quantity: line.quantity, locationId: location?.id ?? standard }
    })
    if (problems.length > 0) throw invalidInput(problems)
    await bookReceipts(run, [{ receipt, lines, parts, happenedAt }])
    return { id: receipt.id, number: receipt.number }
  },
})
