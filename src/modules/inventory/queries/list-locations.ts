import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Location, LOCATION_ROLES } from '../warehouse.ts'

const columns = sql`id, warehouse_id, code, role, zone, aisle, bay, level, bin, sort_key, blocked, sellable, version`

/** Real locations in walking order, warehouse by warehouse. */
export const listLocations = defineQuery({
  name: 'inventory.list_locations',
  permission: 'inventory.read',
  summary: 'List locations',
  input: exactly({
    warehouse_id: Type.Optional(Uuid),
    role: Type.Optional(Type.Enum([...LOCATION_ROLES])),
    q: Type.Optional(Type.String({ maxLength: 100 })),
    ...pageInput,
  }),
  output: pageOf(Location),

  async run({ tx, ctx }, { warehouse_id, role, q, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string', 'string', 'string'])
    const conditions = [sql`org_id = ${ctx.orgId}`, sql`warehouse_id is not null`]
    if (warehouse_id !== undefined) conditions.push(sql`warehouse_id = ${warehouse_id}`)
    if (role !== undefined) conditions.push(sql`role = ${role}`)
    if (q !== undefined && q.trim() !== '') conditions.push(sql`code ilike ${containing(q.trim())}`)
    if (after !== null) conditions.push(sql`(warehouse_id, sort_key, id) > (${after[0]}::uuid, ${after[1]}, ${after[2]}::uuid)`)
    const { rows } = await sql<Location>`
      select ${columns} from inventory.location where ${sql.join(conditions, sql` and `)} order by warehouse_id, sort_key, id limit ${limit + 1}`.execute(
      tx,
    )
    return toPage(rows, limit, (row) => [row.warehouse_id, row.sort_key, row.id])
  },
})

/**
 * One real location.
 * @throws `inventory.not_found`
 */
export const getLocation = defineQuery({
  name: 'inventory.get_location',
  permission: 'inventory.read',
  summary: 'Get a location',
  input: exactly({ location_id: Uuid }),
  output: Location,
  errors: ['inventory.not_found'],

  async run({ tx, ctx }, { location_id }) {
    const { rows } =
      await sql<Location>`select ${columns} from inventory.location where org_id = ${ctx.orgId} and id = ${location_id} and warehouse_id is not null`.execute(
        tx,
      )
    if (rows[0] === undefined) throw notFound('inventory.location', location_id)
    return rows[0]
  },
})
