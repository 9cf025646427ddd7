import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Warehouse } from '../warehouse.ts'

const columns = sql`id, code, name, kind, address, country, postcode, latitude, longitude, priority, cut_off, is_active, version`

/** Warehouses by priority, then code: the order in which sourcing prefers them. */
export const listWarehouses = defineQuery({
  name: 'inventory.list_warehouses',
  permission: 'inventory.read',
  summary: 'List warehouses',
  input: exactly({ ...pageInput }),
  output: pageOf(Warehouse),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number', 'string'])
    const { rows } = await sql<Warehouse>`
      select ${columns} from inventory.warehouse
       where org_id = ${ctx.orgId} ${after === null ? sql`` : sql`and (priority, code collate "C") > (${after[0]}, ${after[1]})`}
       order by priority, code collate "C" limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.priority, row.code])
  },
})

/**
 * One warehouse.
 * @throws `inventory.not_found`
 */
export const getWarehouse = defineQuery({
  name: 'inventory.get_warehouse',
  permission: 'inventory.read',
  summary: 'Get a warehouse',
  input: exactly({ warehouse_id: Uuid }),
  output: Warehouse,
  errors: ['inventory.not_found'],

  async run({ tx, ctx }, { warehouse_id }) {
    const { rows } =
      await sql<Warehouse>`select ${columns} from inventory.warehouse where org_id = ${ctx.orgId} and id = ${warehouse_id}`.execute(tx)
    if (rows[0] === undefined) throw notFound('inventory.warehouse', warehouse_id)
    return rows[0]
  },
})
