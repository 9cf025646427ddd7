import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import { Product } from './create-product.ts'

/**
 * Changes what is given of a product. Archiving it leaves its items as they are.
 * @throws `catalog.not_found`, `kernel.version_conflict`
 */
export const updateProduct = defineCommand({
  name: 'catalog.update_product',
  permission: 'catalog.write',
  summary: 'Change a product',
  input: exactly({
    product_id: Uuid,
    expected_version: ExpectedVersion,
    name: Type.Optional(Product.properties.name),
    description: Type.Optional(Product.properties.description),
    status: Type.Optional(Product.properties.status),
  }),
  output: Product,
  errors: ['catalog.not_found'],
  async run({ tx, ctx, now, emit }, { product_id, expected_version, ...changes }) {
    const { rows } = await sql<Product>`
      select id, name, description, status, version from catalog.product where org_id = ${ctx.orgId} and id = ${product_id} for update`.execute(
      tx,
    )
    const stored = rows[0]
    if (stored === undefined) throw notFound('catalog.product', product_id)
    if (expected_version !== undefined && expected_version !== stored.version) throw versionConflict(expected_version, stored.version)
    const next = { ...stored, ...changes, version: stored.version + 1 }
    await sql`
      update catalog.product set name = ${next.name}, description = ${next.description}, status = ${next.status}, updated_at = ${now}, version = ${next.version}
       where org_id = ${ctx.orgId} and id = ${product_id}`.execute(tx)
    emit({
      type: 'catalog.product_changed',
      documentType: 'catalog.product',
      documentId: product_id,
      payload: { ...changes, version: next.version },
    })
    return next
  },
})
