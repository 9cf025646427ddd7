import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Product } from '../commands/create-product.ts'

/** Products in the order they were made. `q` looks into the name. */
export const listProducts = defineQuery({
  name: 'catalog.list_products',
  permission: 'catalog.read',
  summary: 'List products',
  input: exactly({ q: Type.Optional(Type.String({ maxLength: 200 })), status: Type.Optional(Product.properties.status), ...pageInput }),
  output: pageOf(Product),
  async run({ tx, ctx }, { q, status, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string'])
    const conditions = [sql`org_id = ${ctx.orgId}`]
    if (status !== undefined) conditions.push(sql`status = ${status}`)
    if (q !== undefined && q.trim() !== '') conditions.push(sql`name ilike ${containing(q.trim())}`)
    if (after !== null) conditions.push(sql`id > ${after[0]}::uuid`)
    const { rows } = await sql<Product>`
      select id, name, description, status, version from catalog.product where ${sql.join(conditions, sql` and `)} order by id limit ${limit + 1}`.execute(
      tx,
    )
    return toPage(rows, limit, (row) => [row.id])
  },
})

/**
 * One product.
 * @throws `catalog.not_found`
 */
export const getProduct = defineQuery({
  name: 'catalog.get_product',
  permission: 'catalog.read',
  summary: 'Get a product',
  input: exactly({ product_id: Uuid }),
  output: Product,
  errors: ['catalog.not_found'],
  async run({ tx, ctx }, { product_id }) {
    const { rows } =
      await sql<Product>`select id, name, description, status, version from catalog.product where org_id = ${ctx.orgId} and id = ${product_id}`.execute(
        tx,
      )
    if (rows[0] === undefined) throw notFound('catalog.product', product_id)
    return rows[0]
  },
})
