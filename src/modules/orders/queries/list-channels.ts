import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../kernel/database.ts'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Channel } from '../channel-fields.ts'

async function readChannels(tx: Tx, orgId: number, where: RawBuilder<unknown>, limit: number): Promise<Channel[]> {
  const { rows } = await sql<Channel>`
    select c.id, c.code, c.name, c.kind, c.is_active, c.message_version, c.fulfilled_by, c.revenue_on, c.tax_rates, c.version,
           array(select w.warehouse_id from orders.channel_warehouse w where w.org_id = c.org_id and w.channel_id = c.id order by 1) as warehouse_ids
      from orders.channel c where c.org_id = ${orgId} and ${where} order by c.code limit ${limit}`.execute(tx)
  return rows
}

/** Channels by code. */
export const listChannels = defineQuery({
  name: 'orders.list_channels',
  permission: 'orders.read',
  summary: 'List channels',
  input: exactly({ ...pageInput }),
  output: pageOf(Channel),
  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string'])
    const rows = await readChannels(tx, ctx.orgId, after === null ? sql`true` : sql`c.code > ${after[0]}`, limit + 1)
    return toPage(rows, limit, (row) => [row.code])
  },
})

/**
 * One channel.
 * @throws `orders.not_found`
 */
export const getChannel = defineQuery({
  name: 'orders.get_channel',
  permission: 'orders.read',
  summary: 'Get a channel',
  input: exactly({ channel_id: Uuid }),
  output: Channel,
  errors: ['orders.not_found'],
  async run({ tx, ctx }, { channel_id }) {
    const [channel] = await readChannels(tx, ctx.orgId, sql`c.id = ${channel_id}::uuid`, 1)
    if (channel === undefined) throw notFound('orders.channel', channel_id)
    return channel
  },
})
