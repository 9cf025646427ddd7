import { type Static, Type } from 'typebox'
import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { DomainError, invalidInput } from '../../kernel/errors.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { findWarehouses } from '../inventory/index.ts'

export const CHANNEL_KINDS = ['shop', 'marketplace', 'social', 'counter', 'phone', 'b2b', 'import'] as const

export const channelName = Type.String({ minLength: 1, maxLength: 100 })
export const channelWarehouses = Type.Array(Uuid, {
  maxItems: 100,
  uniqueItems: true,
  description: 'which warehouses may serve it; none: all of kind own and store',
})

/** How a channel counts versions of its orders. */
export const messageVersion = Type.Enum(['number', 'time', 'text'], {
  description: 'how versions of its orders are compared: whole numbers, ISO 8601 instants, or text by code points',
})

/** Who ships a channel's orders. */
export const fulfilledBy = Type.Enum(['us', 'channel'], {
  description: 'channel: it ships its orders itself, and what its messages say was shipped is booked as supplied elsewhere without asking',
})

/** A channel as the API shows it. */
export const Channel = exactly({
  id: Uuid,
  code: Type.String(),
  name: Type.String(),
  kind: Type.Enum([...CHANNEL_KINDS]),
  is_active: Type.Boolean(),
  message_version: messageVersion,
  fulfilled_by: fulfilledBy,
  warehouse_ids: Type.Array(Uuid),
  version: Type.Integer(),
})
export type Channel = Static<typeof Channel>

/** What channel commands answer. */
export const ChannelWritten = exactly({ id: Uuid, code: Type.String(), version: Type.Integer() })

/** The code belongs to another channel. */
export function channelCodeTaken(): DomainError {
  return new DomainError(
    'conflict',
    'orders.channel_code_taken',
    'Another channel has this code. Take another code, or change that channel.',
  )
}

/** Says which warehouses serve a channel, in place of what was said before. @throws `kernel.invalid_input` for unknown ones */
export async function writeChannelWarehouses(
  { tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>,
  channelId: string,
  warehouseIds: readonly string[],
): Promise<void> {
  const known = new Set((await findWarehouses(tx, ctx.orgId, { ids: warehouseIds })).map((warehouse) => warehouse.id))
  const problems = warehouseIds.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            pointer: `/warehouse_ids/${index}`,
            code: 'unknown_warehouse',
            message: `there is no warehouse ${id}; create it first or leave it out`,
          },
        ],
  )
  if (problems.length > 0) throw invalidInput(problems)
  await sql`delete from orders.channel_warehouse where org_id = ${ctx.orgId} and channel_id = ${channelId}::uuid`.execute(tx)
  if (warehouseIds.length === 0) return
  await sql`
    insert into orders.channel_warehouse (org_id, channel_id, warehouse_id)
    select ${ctx.orgId}, ${channelId}::uuid, w.id from ${rowsOf(
      warehouseIds.map((id) => ({ id })),
      { id: 'uuid' },
      'w',
    )}`.execute(tx)
}
