import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'

/** A product groups items for people: a T-shirt, whose sizes are items. */
export const Product = exactly({
  id: Uuid,
  name: Type.String({ minLength: 1, maxLength: 300 }),
  description: Type.String({ maxLength: 20_000 }),
  status: Type.Enum(['active', 'archived']),
  version: Type.Integer(),
})
export type Product = Static<typeof Product>

/** Makes a product; items then name it by `product_id`. */
export const createProduct = defineCommand({
  name: 'catalog.create_product',
  permission: 'catalog.write',
  summary: 'Create a product',
  input: exactly({ name: Product.properties.name, description: Type.Optional(Product.properties.description) }),
  output: Product,
  async run({ tx, ctx, now, newId, emit }, { name, description = '' }) {
    const id = newId()
    await sql`
      insert into catalog.product (org_id, id, name, description, created_at, updated_at)
      values (${ctx.orgId}, ${id}, ${name}, ${description}, ${now}, ${now})`.execute(tx)
    emit({ type: 'catalog.product_created', documentType: 'catalog.product', documentId: id, payload: { name } })
    return { id, name, description, status: 'active' as const, version: 1 }
  },
})
