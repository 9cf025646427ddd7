import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import type { CustomerKind } from './message-kind.ts'

/**
 * Whether a kind of message goes out for an order of a channel. The channel's own switch wins, then the organization's; without either it is
 * on, except for marketplaces, which write to their customers themselves and forbid others to.
 */
export function isSwitchedOn(switches: readonly { channel_id: string; is_on: boolean }[], channel: { id: string; kind: string }): boolean {
  const own = switches.find((one) => one.channel_id === channel.id)
  if (own !== undefined) return own.is_on
  if (channel.kind === 'marketplace') return false
  return switches.find((one) => one.channel_id === ZERO_ID)?.is_on ?? true
}

/** The switches of one kind. */
export async function readSwitches(tx: Tx, orgId: number, kind: CustomerKind): Promise<{ channel_id: string; is_on: boolean }[]> {
  const { rows } = await sql<{ channel_id: string; is_on: boolean }>`
    select channel_id, is_on from messaging.message_switch where org_id = ${orgId} and kind = ${kind} limit 1000`.execute(tx)
  return rows
}
