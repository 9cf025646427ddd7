import { defineBatchCommand, defineCommand } from '../../../kernel/command.ts'
import { invalidInput } from '../../../kernel/errors.ts'
import { createReceipts, NewReceipt, ReceiptWritten } from '../create-receipts.ts'

/** Most receipts, and most lines of all of them, taken at once. */
const MAX_RECEIPTS = 500
const MAX_LINES = 5000

/**
 * Makes a goods receipt; lines with `quantity` are received at once.
 * @throws `kernel.invalid_input` naming every bad field
 */
export const createGoodsReceipt = defineCommand({
  name: 'warehouse.create_goods_receipt',
  permission: 'warehouse.receive',
  summary: 'Create a goods receipt, received at once where a quantity is given',
  input: NewReceipt,
  output: ReceiptWritten,

  async run(run, input) {
    const [outcome] = await createReceipts(run, [input])
    if (outcome?.ok !== true) throw outcome?.error ?? invalidInput([])
    return outcome.value
  },
})

/** Makes many goods receipts in one transaction, each accepted or refused by itself. At most 500 receipts with 5,000 lines in all. */
export const receiveGoodsBatch = defineBatchCommand({
  name: 'warehouse.receive_goods_batch',
  permission: 'warehouse.receive',
  summary: 'Create and receive many goods receipts',
  element: NewReceipt,
  output: ReceiptWritten,
  maxElements: MAX_RECEIPTS,

  run(run, receipts) {
    const lines = receipts.reduce((sum, receipt) => sum + receipt.lines.length, 0)
    if (lines > MAX_LINES)
      throw invalidInput([
        {
          pointer: '',
          code: 'too_many_lines',
          message: `holds ${lines} lines in all; at most ${MAX_LINES} are taken at once, send the rest in another request`,
        },
      ])
    return createReceipts(run, receipts)
  },
})
