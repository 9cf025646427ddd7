import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { reverseReceipt } from '../receive-goods.ts'
import { Reason } from '../schemas.ts'

/**
 * Takes a goods receipt back as a whole, while its goods are still where they were put and at their cost.
 * @throws `warehouse.not_found`, `warehouse.already_reversed` (conflict), `inventory.insufficient_stock`, `inventory.receipt_used` (rule)
 */
export const reverseGoodsReceipt = defineCommand({
  name: 'warehouse.reverse_goods_receipt',
  permission: 'warehouse.receive',
  summary: 'Take a goods receipt back',
  input: exactly({ goods_receipt_id: Uuid, reason: Reason }),
  output: exactly({ id: Uuid, number: Type.Integer() }),
  errors: ['warehouse.not_found', 'warehouse.already_reversed', 'inventory.insufficient_stock', 'inventory.receipt_used'],

  async run(run, { goods_receipt_id, reason }) {
    const receipt = await reverseReceipt(run, goods_receipt_id, reason)
    return { id: receipt.id, number: receipt.number }
  },
})
