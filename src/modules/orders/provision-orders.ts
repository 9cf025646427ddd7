import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'

/** Channels of a new organization: orders taken by hand, and those that come in files. */
const CHANNELS = [
  { code: 'manual', name: 'By hand', kind: 'phone' },
  { code: 'import', name: 'Imported', kind: 'import' },
]

/** Why goods come back, as most shops say it; an organization adds its own. */
const RETURN_REASONS = [
  { code: 'does_not_fit', name: 'Does not fit' },
  { code: 'defective', name: 'Defective' },
  { code: 'damaged_in_transit', name: 'Damaged in transit' },
  { code: 'wrong_item', name: 'Wrong item sent' },
  { code: 'not_as_described', name: 'Not as described' },
  { code: 'changed_mind', name: 'Changed mind' },
  { code: 'late', name: 'Came too late' },
  { code: 'other', name: 'Other' },
]

/** Gives a new organization its first channels, return reasons, return policy (14 days, approved by hand) and its sourcing policy (the nearest warehouse, kept together, backorders taken). Doing it again changes nothing. */
export async function provisionOrders(tx: Tx, orgId: number, now: Date): Promise<void> {
  const rows = CHANNELS.map((channel) => ({ id: newId(), ...channel }))
  await sql`
    insert into orders.channel (org_id, id, code, name, kind, created_at)
    select ${orgId}, c.id, c.code, c.name, c.kind, ${now} from ${rowsOf(rows, { id: 'uuid', code: 'text', name: 'text', kind: 'text' }, 'c')}
    on conflict (org_id, code) do nothing`.execute(tx)
  await sql`insert into orders.sourcing_policy (org_id, id, channel_id) values (${orgId}, ${newId()}::uuid, null) on conflict (org_id, channel_id) do nothing`.execute(
    tx,
  )
  await sql`insert into orders.return_policy (org_id) values (${orgId}) on conflict do nothing`.execute(tx)
  await sql`
    insert into orders.return_reason (org_id, code, name)
    select ${orgId}, r.code, r.name from ${rowsOf(RETURN_REASONS, { code: 'text', name: 'text' }, 'r')} on conflict do nothing`.execute(tx)
}
