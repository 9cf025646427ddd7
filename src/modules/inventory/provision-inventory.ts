import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { newId, ZERO_ID } from '../../kernel/ids.ts'

/** Kinds of virtual locations, one row each an organization: the other sides of goods movements. */
export const VIRTUAL_KINDS = ['supplier', 'customer', 'production', 'transit', 'shrinkage', 'write_off', 'opening'] as const
export type VirtualKind = (typeof VIRTUAL_KINDS)[number]

/** Gives a new organization its lot "none", owner "self" and virtual locations. */
export async function provisionInventory(tx: Tx, orgId: number, now: Date): Promise<void> {
  await sql`insert into inventory.lot (org_id, id, item_id, code, created_at) values (${orgId}, ${ZERO_ID}::uuid, null, 'none', ${now})`.execute(
    tx,
  )
  await sql`insert into inventory.owner (org_id, id, code, party_id) values (${orgId}, ${ZERO_ID}::uuid, 'self', null)`.execute(tx)
  const rows = VIRTUAL_KINDS.map((kind) => ({ id: newId(), kind }))
  await sql`
    insert into inventory.location (org_id, id, warehouse_id, kind, role, code, created_at)
    select ${orgId}, v.id, null, v.kind, 'virtual', v.kind, ${now} from ${rowsOf(rows, { id: 'uuid', kind: 'text' }, 'v')}`.execute(tx)
}

/** The virtual locations of an organization by kind. */
export async function virtualLocations(tx: Tx, orgId: number): Promise<Readonly<Record<VirtualKind, string>>> {
  const { rows } = await sql<{
    kind: VirtualKind
    id: string
  }>`select kind, id from inventory.location where org_id = ${orgId} and warehouse_id is null and kind <> 'real'`.execute(tx)
  return Object.fromEntries(rows.map((row) => [row.kind, row.id])) as Record<VirtualKind, string>
}
