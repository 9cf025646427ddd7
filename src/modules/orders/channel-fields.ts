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

/** When a channel's sales are earned. */
export const revenueOn = Type.Union([Type.Enum(['dispatch', 'delivery']), Type.Null()], {
  description: 'when its sales are earned, for what is sent from now on; null: as the organization says',
})

/** Tax that follows the country of delivery. */
export const taxRates = Type.Array(
  exactly({
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    tax_class: Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Null()], {
      description: 'code; null: every class that is not named',
    }),
    rate_ppm: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  }),
  {
    maxItems: 1000,
    description:
      'tax of lines and charges that are not sent yet when the country of delivery changes; a country that is not named: the tax classes of the items; empty: tax stays as it was taken in',
  },
)
export type TaxRates = Static<typeof taxRates>

/** @throws `kernel.invalid_input` for unknown tax classes, and a class named twice for a country */
export async function checkTaxRates({ tx, ctx }: Pick<CommandRun, 'tx' | 'ctx'>, rates: TaxRates): Promise<void> {
  const { rows } = await sql<{ code: string }>`select code from catalog.tax_class where org_id = ${ctx.orgId}`.execute(tx)
  const known = new Set(rows.map((row) => row.code))
  const seen = new Set<string>()
  const problems = rates.flatMap(({ country, tax_class }, index) => {
    const key = `${country}/${tax_class ?? ''}`
    const isRepeated = seen.size === seen.add(key).size
    if (tax_class !== null && !known.has(tax_class))
      return [
        {
          pointer: `/tax_rates/${index}/tax_class`,
          code: 'unknown_tax_class',
          message: `there is no tax class ${tax_class}; create it first or correct it`,
        },
      ]
    return isRepeated
      ? [{ pointer: `/tax_rates/${index}`, code: 'repeated', message: 'says the same country and tax class again; keep one of them' }]
      : []
  })
  if (problems.length > 0) throw invalidInput(problems)
}

/** A channel as the API shows it. */
export const Channel = exactly({
  id: Uuid,
  code: Type.String(),
  name: Type.String(),
  kind: Type.Enum([...CHANNEL_KINDS]),
  is_active: Type.Boolean(),
  message_version: messageVersion,
  fulfilled_by: fulfilledBy,
  revenue_on: revenueOn,
  tax_rates: taxRates,
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
