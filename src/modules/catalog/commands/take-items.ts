import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { DomainError, type FieldProblem } from '../../../kernel/errors.ts'
import { exactly } from '../../../kernel/schema.ts'
import { ITEM_ERRORS } from '../catalog.errors.ts'
import { Product } from './create-product.ts'
import { ItemDraft, ItemWritten } from '../item.ts'
import { takeProducts } from '../take-products.ts'
import { saveItems } from '../save-items.ts'

/** Most items taken over in one transaction. */
export const MAX_TAKEN_ITEMS = 50_000

/** A draft that may name its product by name: found, or made when it is new. */
const DraftWithProduct = exactly({ ...ItemDraft.properties, product: Type.Optional(Product.properties.name) })

/** One draft that was refused: its place in the input, the code of the refusal and every problem. */
export interface RefusedDraft {
  index: number
  code: string
  message: string
  fields: readonly FieldProblem[]
}

const Taken = exactly({ written: Type.Array(ItemWritten), refused: Type.Array(exactly({ index: Type.Integer(), code: Type.String() })) })

/**
 * Makes or changes items by SKU, as files bring them, in one transaction: all of them, or none when one is refused and
 * `skip_refused` is not set. With `dry_run` nothing is ever written: it always ends in a refusal that says what would have happened.
 *
 * @throws `catalog.items_refused` (rule), `catalog.dry_run` (rule): `detail.refused` lists every {@link RefusedDraft}, `detail.written` what was (or would be) written
 */
export const takeItems = defineCommand({
  name: 'catalog.take_items',
  permission: 'catalog.write',
  summary: 'Create or change items by SKU',
  input: exactly({
    items: Type.Array(DraftWithProduct, { maxItems: MAX_TAKEN_ITEMS }),
    skip_refused: Type.Boolean(),
    dry_run: Type.Boolean(),
  }),
  output: Taken,
  errors: ['catalog.items_refused', 'catalog.dry_run', ...ITEM_ERRORS],

  async run(run, { items, skip_refused, dry_run }) {
    const products = await takeProducts(
      run,
      items.flatMap((item) => item.product ?? []),
    )
    const drafts = items.map(({ product, ...draft }) =>
      product === undefined ? draft : { ...draft, product_id: products.get(product) ?? null },
    )
    const outcomes = await saveItems(
      run,
      drafts.map((draft) => ({ mode: 'upsert', draft })),
    )
    const written = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
    const refused = outcomes.flatMap((outcome, index): RefusedDraft[] =>
      outcome.ok ? [] : [{ index, code: outcome.error.code, message: outcome.error.message, fields: outcome.error.fields }],
    )
    const detail = { written, refused }
    if (dry_run) throw new DomainError('rule', 'catalog.dry_run', 'This was a dry run: nothing was written.', { detail })
    if (refused.length > 0 && !skip_refused) {
      throw new DomainError(
        'rule',
        'catalog.items_refused',
        `${refused.length} of ${items.length} items were refused, so none was written.`,
        { detail },
      )
    }
    return { written, refused: refused.map(({ index, code }) => ({ index, code })) }
  },
})
