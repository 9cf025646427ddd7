import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import {
  CHANNEL_KINDS,
  channelCodeTaken,
  channelName,
  channelWarehouses,
  ChannelWritten,
  fulfilledBy,
  messageVersion,
  checkTaxRates,
  revenueOn,
  taxRates,
  writeChannelWarehouses,
} from '../channel-fields.ts'

/**
 * Opens a channel: one account that orders come from.
 * @throws `orders.channel_code_taken` (conflict), `kernel.invalid_input` for unknown warehouses
 */
export const createChannel = defineCommand({
  name: 'orders.create_channel',
  permission: 'orders.manage_channels',
  summary: 'Create a channel',
  input: exactly({
    code: Type.String({ pattern: '^[a-z0-9_-]{1,40}$' }),
    name: channelName,
    kind: Type.Enum([...CHANNEL_KINDS]),
    message_version: Type.Optional(messageVersion),
    fulfilled_by: Type.Optional(fulfilledBy),
    revenue_on: Type.Optional(revenueOn),
    tax_rates: Type.Optional(taxRates),
    warehouse_ids: Type.Optional(channelWarehouses),
  }),
  output: ChannelWritten,
  errors: ['orders.channel_code_taken'],
  constraints: { channel_org_id_code_key: channelCodeTaken },

  async run(
    run,
    { code, name, kind, message_version = 'number', fulfilled_by = 'us', revenue_on = null, tax_rates = [], warehouse_ids = [] },
  ) {
    await checkTaxRates(run, tax_rates)
    const id = run.newId()
    await sql`insert into orders.channel (org_id, id, code, name, kind, message_version, fulfilled_by, revenue_on, tax_rates, created_at) values (${run.ctx.orgId}, ${id}::uuid, ${code}, ${name}, ${kind}, ${message_version}, ${fulfilled_by}, ${revenue_on}, ${JSON.stringify(tax_rates)}::jsonb, ${run.now})`.execute(
      run.tx,
    )
    await writeChannelWarehouses(run, id, warehouse_ids)
    run.emit({
      type: 'orders.channel_created',
      documentType: 'channel',
      documentId: id,
      payload: { code, name, kind, message_version, fulfilled_by, revenue_on, tax_rates, warehouse_ids },
    })
    return { id, code, version: 1 }
  },
})
