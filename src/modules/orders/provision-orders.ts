import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'

/** Channels of a new organization: orders taken by hand, and those that come in files. */
const CHANNELS = [
  { code: 'manual', name: 'By hand', kind: 'phone' },
  { code: 'import', name: 'Imported', kind: 'import' },
]

/** Gives a new organization its first channels and its sourcing policy (the nearest warehouse, kept together, backorders taken). Doing it again changes nothing. */
export async function provisionOrders(tx: Tx, orgId: number, now: Date): Promise<void> {
  const rows = CHANNELS.map((channel) => ({ id: newId(), ...channel }))
  await sql`
    insert into orders.channel (org_id, id, code, name, kind, created_at)
    select ${orgId}, c.id, c.code, c.name, c.kind, ${now} from ${rowsOf(rows, { id: 'uuid', code: 'text', name: 'text', kind: 'text' }, 'c')}
    on conflict (org_id, code) do nothing`.execute(tx)
  await sql`insert into orders.sourcing_policy (org_id, id, channel_id) values (${orgId}, ${newId()}::uuid, null) on conflict (org_id, channel_id) do nothing`.execute(
    tx,
  )
}
