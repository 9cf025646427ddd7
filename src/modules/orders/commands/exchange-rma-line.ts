import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { invalidField, notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { addOrderLines } from '../add-lines.ts'
import { rmaState } from '../orders.errors.ts'
import { findRma, lockRmas, readRmaLines } from '../rma.repo.ts'
import { rmaAllows } from '../rma.ts'

/**
 * Sends something for goods of an authorization, before or after they come back: a *replacement* is the same item again at price 0
 * (its cost is the cost of goods sold of the order, its revenue nothing); an *exchange* is another item at its price. The new line is
 * of the same order, names the line it stands for, and is sourced and promised as any other. The price difference is the order's
 * balance: the return credits what came back, the new line debits its price when it ships.
 * @throws `orders.not_found`, `orders.rma_state` (rule), what adding lines refuses, `kernel.invalid_input`
 */
export const exchangeRmaLine = defineCommand({
  name: 'orders.exchange_rma_line',
  permission: 'orders.return',
  summary: 'Send a replacement or another item for returned goods',
  input: exactly({
    rma_id: Uuid,
    rma_line_id: Uuid,
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
    sku: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'the other item; without it the same item at price 0' })),
    unit_price: Type.Optional(
      exactly({
        amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
        scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
      }),
    ),
  }),
  output: exactly({ rma_id: Uuid, order_id: Uuid, line_id: Uuid }),
  errors: ['orders.not_found', 'orders.rma_state', 'orders.not_open', 'orders.insufficient_stock', 'orders.changed_meanwhile'],

  async run(run, input) {
    const rma = await findRma(run, input.rma_id)
    if (rma === null) throw notFound('orders.rma', input.rma_id)
    if (!rmaAllows(rma.state, 'exchange')) throw rmaState(rma.number, rma.state, 'exchange')
    const line = (await readRmaLines(run, [rma.id])).find((one) => one.id === input.rma_line_id)
    if (line === undefined) throw notFound('orders.rma_line', input.rma_line_id)
    const [lineId] = await addOrderLines(run, rma.orderId, [
      {
        quantity: input.quantity,
        ...(input.sku === undefined ? { item_id: line.itemId, unit_price: { amount: 0 } } : { sku: input.sku }),
        ...(input.sku === undefined || input.unit_price === undefined ? {} : { unit_price: input.unit_price }),
        replaces_line_id: line.orderLineId,
        reason: input.sku === undefined ? `replacement RMA-${rma.number}` : `exchange RMA-${rma.number}`,
      },
    ])
    await lockRmas(run, [rma.id])
    const { rows } = await sql<{ replaced: number }>`
      update orders.rma_line set replaced_quantity = replaced_quantity + ${input.quantity}
       where org_id = ${run.ctx.orgId} and id = ${line.id}::uuid and replaced_quantity + ${input.quantity} <= quantity returning replaced_quantity as replaced`.execute(
      run.tx,
    )
    if (rows.length === 0)
      throw invalidField('/quantity', 'more_than_announced', `is more than the ${line.quantity - line.replaced} not replaced yet; lower it`)
    await sql`update orders.rma set version = version + 1 where org_id = ${run.ctx.orgId} and id = ${rma.id}::uuid`.execute(run.tx)
    run.emit({
      type: input.sku === undefined ? 'orders.rma_replaced' : 'orders.rma_exchanged',
      documentType: 'rma',
      documentId: rma.id,
      payload: { number: rma.number, order_id: rma.orderId, rma_line_id: line.id, line_id: lineId, quantity: input.quantity },
    })
    return { rma_id: rma.id, order_id: rma.orderId, line_id: lineId ?? '' }
  },
})
