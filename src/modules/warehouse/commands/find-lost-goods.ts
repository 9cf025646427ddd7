import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { findLostGoods as find } from '../find-lost-goods.ts'
import { Code, instantOf, Quantity } from '../schemas.ts'
import { placeOf } from './end-shipments.ts'

/**
 * Says that goods of a claim turned up, whole or by line: the customer has them after all, or they came back to us (into RETURNS of the
 * shipment's warehouse unless another place is named).
 * @throws `warehouse.not_found`, `warehouse.nothing_lost`, `warehouse.more_than_lost`, `inventory.not_found`, `kernel.invalid_input`
 */
export const findLostGoods = defineCommand({
  name: 'warehouse.find_lost_goods',
  permission: 'warehouse.claim',
  summary: 'Say that lost goods turned up',
  input: exactly({
    carrier_claim_id: Uuid,
    outcome: Type.Enum(['delivered', 'returned'], { description: 'the customer has them after all, or they came back to us' }),
    lines: Type.Optional(
      Type.Array(exactly({ line_id: Uuid, quantity: Quantity }), {
        minItems: 1,
        maxItems: 1000,
        description: 'by shipment line; all that is still lost when left out',
      }),
    ),
    warehouse_id: Type.Optional(Uuid),
    location_id: Type.Optional(Uuid),
    location_code: Type.Optional(Code),
    note: Type.Optional(Type.String({ maxLength: 500 })),
    happened_at: Type.Optional(Instant),
  }),
  output: exactly({ carrier_claim_id: Uuid, finding_id: Uuid, return_receipt_id: Type.Union([Uuid, Type.Null()]) }),
  errors: ['warehouse.not_found', 'warehouse.nothing_lost', 'warehouse.more_than_lost', 'inventory.not_found'],

  async run(run, { carrier_claim_id, outcome, lines, note = '', happened_at, ...place }) {
    const { findingId, receiptId } = await find(run, {
      claimId: carrier_claim_id,
      outcome,
      place: outcome === 'returned' ? await placeOf(run, { ...place, shipment_id: await shipmentOf(run, carrier_claim_id) }) : null,
      lines: lines?.map((line) => ({ lineId: line.line_id, quantity: line.quantity })),
      note,
      happenedAt: instantOf(happened_at, run.now),
    })
    return { carrier_claim_id, finding_id: findingId, return_receipt_id: receiptId }
  },
})

async function shipmentOf({ tx, ctx }: CommandRun, claimId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select shipment_id as id from warehouse.carrier_claim where org_id = ${ctx.orgId} and id = ${claimId}::uuid`.execute(tx)
  if (rows[0] === undefined) throw notFound('warehouse.carrier_claim', claimId)
  return rows[0].id
}
