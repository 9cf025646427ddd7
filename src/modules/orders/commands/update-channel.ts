import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import {
  channelName,
  channelWarehouses,
  ChannelWritten,
  checkTaxRates,
  fulfilledBy,
  messageVersion,
  revenueOn,
  taxRates,
  writeChannelWarehouses,
} from '../channel-fields.ts'

/**
 * Changes what is given of a channel. An inactive one takes no new orders; its old ones go on.
 * @throws `orders.not_found`, `kernel.version_conflict`, `kernel.invalid_input` for unknown warehouses
 */
export const updateChannel = defineCommand({
  name: 'orders.update_channel',
  permission: 'orders.manage_channels',
  summary: 'Change a channel',
  input: exactly({
    channel_id: Uuid,
    expected_version: ExpectedVersion,
    name: Type.Optional(channelName),
    is_active: Type.Optional(Type.Boolean()),
    message_version: Type.Optional(messageVersion),
    fulfilled_by: Type.Optional(fulfilledBy),
    revenue_on: Type.Optional(revenueOn),
    tax_rates: Type.Optional(taxRates),
    warehouse_ids: Type.Optional(channelWarehouses),
  }),
  output: ChannelWritten,
  errors: ['orders.not_found'],

  async run(run, { channel_id, expected_version, ...changes }) {
    const { tx, ctx } = run
    const { rows } = await sql<{
      code: string
      name: string
      is_active: boolean
      message_version: string
      fulfilled_by: string
      revenue_on: string | null
      tax_rates: unknown
      version: number
    }>`
      select code, name, is_active, message_version, fulfilled_by, revenue_on, tax_rates, version from orders.channel where org_id = ${ctx.orgId} and id = ${channel_id}::uuid for update`.execute(
      tx,
    )
    const [before] = rows
    if (before === undefined) throw notFound('orders.channel', channel_id)
    if (expected_version !== undefined && expected_version !== before.version) throw versionConflict(expected_version, before.version)
    if (changes.tax_rates !== undefined) await checkTaxRates(run, changes.tax_rates)
    const { warehouse_ids: _warehouses, ...given } = changes
    const after = { ...before, ...given }
    const version = before.version + 1
    await sql`
      update orders.channel set name = ${after.name}, is_active = ${after.is_active}, message_version = ${after.message_version}, fulfilled_by = ${after.fulfilled_by}, revenue_on = ${after.revenue_on},
             tax_rates = ${JSON.stringify(after.tax_rates)}::jsonb, version = ${version} where org_id = ${ctx.orgId} and id = ${channel_id}::uuid`.execute(
      tx,
    )
    if (changes.warehouse_ids !== undefined) await writeChannelWarehouses(run, channel_id, changes.warehouse_ids)
    run.emit({
      type: 'orders.channel_changed',
      documentType: 'channel',
      documentId: channel_id,
      payload: {
        before: { name: before.name, is_active: before.is_active, fulfilled_by: before.fulfilled_by, revenue_on: before.revenue_on },
        after: changes,
        version,
      },
    })
    return { id: channel_id, code: before.code, version }
  },
})
