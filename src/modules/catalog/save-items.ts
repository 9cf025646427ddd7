import type { CommandRun, Outcome } from '../../kernel/command.ts'
import type { Tx } from '../../kernel/database.ts'
import { type DomainError, type FieldProblem, notFound, versionConflict } from '../../kernel/errors.ts'
import { barcodeTaken, itemRefusal, skuTaken } from './catalog.errors.ts'
import { barcodeKey } from './gtin.ts'
import type { Item, ItemDraft, ItemWritten } from './item.ts'
import { applyDraft, blankItem, changedFields, itemProblems } from './item-rules.ts'
import {
  insertItems,
  lockItems,
  readBarcodeOwners,
  readComponentItems,
  readKitsHolding,
  readProductIds,
  readTaxClassIds,
  replaceBarcodes,
  replaceComponents,
  updateItems,
} from './items.repo.ts'

/** One wish: make the item, change the one with this id, or make or change the one with this SKU. */
export type ItemChange =
  | { mode: 'create'; draft: ItemDraft }
  | { mode: 'upsert'; draft: ItemDraft }
  | { mode: 'update'; id: string; expectedVersion: number | undefined; draft: Partial<ItemDraft> }

interface Decided {
  before: Item | null
  after: Item
  changed: string[]
}

/** What other rows say that a decision depends on. */
interface Surroundings {
  byId: ReadonlyMap<string, Item>
  bySku: ReadonlyMap<string, Item>
  taxClasses: ReadonlyMap<string, string>
  products: ReadonlySet<string>
  /** Owner by barcode key. */
  barcodes: Map<string, { id: string; sku: string }>
  components: Map<string, Pick<Item, 'id' | 'kind' | 'status'>>
  kitsHolding: ReadonlyMap<string, string[]>
  takenSkus: Set<string>
}

/**
 * Makes and changes items, set-based: at most a dozen statements whatever their number. One outcome a change; a refused
 * one does not disturb the others. Items without components are decided first, so a kit may name items of the same call.
 *
 * @throws `catalog.barcode_taken` (conflict) for the whole call when another command takes a barcode at the same moment
 */
export async function saveItems(run: CommandRun, changes: readonly ItemChange[]): Promise<Outcome<ItemWritten>[]> {
  const { tx, ctx, now } = run
  const around = await look(tx, ctx.orgId, changes)
  const outcomes: (Outcome<ItemWritten> | undefined)[] = changes.map(() => undefined)
  const decided = new Map<number, Decided>()
  const isKit = (index: number): boolean => (changes[index]?.draft.components?.length ?? 0) > 0
  const order = changes.map((_, index) => index).toSorted((a, b) => Number(isKit(a)) - Number(isKit(b)) || a - b)
  for (const index of order) {
    const change = changes[index] as ItemChange
    const decision = decide(change, around, run.newId)
    if ('refusal' in decision) outcomes[index] = { ok: false, error: decision.refusal }
    else decided.set(index, decision)
  }

  const by = { taxClasses: around.taxClasses, now }
  const entries = [...decided]
  const fresh = entries.filter(([, { before }]) => before === null)
  const inserted = await insertItems(
    tx,
    ctx.orgId,
    fresh.map(([, { after }]) => after),
    by,
  )
  for (const [index, { after }] of fresh) {
    if (inserted.has(after.id)) continue
    decided.delete(index)
    outcomes[index] = { ok: false, error: skuTaken() }
  }
  const written = [...decided.values()].filter(({ changed }) => changed.length > 0)
  await updateItems(
    tx,
    ctx.orgId,
    written.filter(({ before }) => before !== null).map(({ after }) => after),
    by,
  )
  const coded = written.filter(({ changed }) => changed.includes('barcodes'))
  if (
    !(await replaceBarcodes(
      tx,
      ctx.orgId,
      coded.map(({ after }) => after),
    ))
  )
    throw barcodeTaken()
  await replaceComponents(
    tx,
    ctx.orgId,
    written.filter(({ changed }) => changed.includes('components')).map(({ after }) => after),
  )

  for (const decision of written) run.emit(eventOf(decision))
  for (const [index, decision] of decided) outcomes[index] = { ok: true, value: writtenOf(decision) }
  return outcomes as Outcome<ItemWritten>[]
}

async function look(tx: Tx, orgId: number, changes: readonly ItemChange[]): Promise<Surroundings> {
  const drafts = changes.map((change) => change.draft)
  const ids = changes.flatMap((change) => (change.mode === 'update' ? [change.id] : []))
  const stored = await lockItems(tx, orgId, { ids, skus: drafts.flatMap((draft) => draft.sku ?? []) })
  const owners = await readBarcodeOwners(
    tx,
    orgId,
    drafts.flatMap((draft) => (draft.barcodes ?? []).map((barcode) => barcode.code)),
  )
  const archived = stored.filter((item) => item.status === 'active')
  const anyArchives = drafts.some((draft) => draft.status === 'archived')
  return {
    byId: new Map(stored.map((item) => [item.id, item])),
    bySku: new Map(stored.map((item) => [item.sku, item])),
    taxClasses: await readTaxClassIds(tx, orgId),
    products: await readProductIds(
      tx,
      orgId,
      drafts.flatMap((draft) => draft.product_id ?? []),
    ),
    barcodes: new Map(owners.map((owner) => [barcodeKey(owner.code), { id: owner.item_id, sku: owner.sku }])),
    components: await readComponentItems(tx, orgId, [
      ...new Set(drafts.flatMap((draft) => (draft.components ?? []).map((component) => component.sku))),
    ]),
    kitsHolding: anyArchives
      ? await readKitsHolding(
          tx,
          orgId,
          archived.map((item) => item.id),
        )
      : new Map(),
    takenSkus: new Set(),
  }
}

function decide(change: ItemChange, around: Surroundings, newId: () => string): Decided | { refusal: DomainError } {
  const before = change.mode === 'update' ? around.byId.get(change.id) : around.bySku.get(change.draft.sku)
  if (change.mode === 'update') {
    if (before === undefined) return { refusal: notFound('catalog.item', change.id) }
    if (change.expectedVersion !== undefined && change.expectedVersion !== before.version)
      return { refusal: versionConflict(change.expectedVersion, before.version) }
  }
  if (change.mode === 'create' && before !== undefined) return { refusal: skuTaken() }
  const base = before ?? blankItem(newId(), change.draft.sku ?? '')
  const after = applyDraft(base, change.draft)
  const problems = [...itemProblems(after, before ?? null), ...surroundingProblems(after, before ?? null, around)]
  if (problems.length > 0) return { refusal: itemRefusal(problems) }
  const changed = changedFields(before ?? blankItem(after.id, ''), after)

  around.takenSkus.add(after.sku)
  for (const { code } of after.barcodes) around.barcodes.set(barcodeKey(code), { id: after.id, sku: after.sku })
  around.components.set(after.sku, after)
  return { before: before ?? null, after: { ...after, version: base.version + 1 }, changed }
}

function surroundingProblems(item: Item, before: Item | null, around: Surroundings): FieldProblem[] {
  const problems: FieldProblem[] = []
  const holder = around.bySku.get(item.sku)
  if (around.takenSkus.has(item.sku))
    problems.push({ pointer: '/sku', code: 'sku_taken', message: 'stands twice in this request; leave one out' })
  else if (holder !== undefined && holder.id !== item.id)
    problems.push({ pointer: '/sku', code: 'sku_taken', message: 'belongs to another item; open that one or choose another SKU' })
  if (item.tax_class !== null && !around.taxClasses.has(item.tax_class)) {
    problems.push({
      pointer: '/tax_class',
      code: 'unknown',
      message: `there is no tax class "${item.tax_class}"; use one of ${[...around.taxClasses.keys()].toSorted().join(', ') || 'none yet: make one first'}`,
    })
  }
  if (item.product_id !== null && item.product_id !== before?.product_id && !around.products.has(item.product_id)) {
    problems.push({ pointer: '/product_id', code: 'unknown', message: 'there is no such product; make it first or leave it out' })
  }
  item.barcodes.forEach(({ code }, index) => {
    const owner = around.barcodes.get(barcodeKey(code))
    if (owner !== undefined && owner.id !== item.id)
      problems.push({
        pointer: `/barcodes/${index}/code`,
        code: 'barcode_taken',
        message: `belongs to the item ${owner.sku}; take it away there first`,
      })
  })
  if (before === null || changedFields(before, item).includes('components')) problems.push(...componentProblems(item, around))
  const kits = item.status === 'archived' && before?.status === 'active' ? around.kitsHolding.get(item.id) : undefined
  if (kits !== undefined)
    problems.push({
      pointer: '/status',
      code: 'component_of_kit',
      message: `the item is part of the kits ${kits.slice(0, 5).join(', ')}; archive or change those first`,
    })
  return problems
}

function componentProblems(kit: Item, around: Surroundings): FieldProblem[] {
  return kit.components.flatMap(({ sku }, index) => {
    const pointer = `/components/${index}/sku`
    const component = around.components.get(sku)
    if (component === undefined)
      return [{ pointer, code: 'unknown', message: `there is no item "${sku}"; make it first or correct the SKU` }]
    if (component.kind !== 'stocked')
      return [
        {
          pointer,
          code: 'component_not_stocked',
          message: `"${sku}" is a ${component.kind}; a kit is made of stocked items only, and never of kits`,
        },
      ]
    if (component.status === 'archived')
      return [{ pointer, code: 'component_archived', message: `"${sku}" is archived; make it active or use another item` }]
    return []
  })
}

function eventOf({ before, after, changed }: Decided) {
  const fields = Object.fromEntries(changed.map((field) => [field, after[field as keyof Item]]))
  return {
    type: before === null ? 'catalog.item_created' : 'catalog.item_changed',
    documentType: 'catalog.item',
    documentId: after.id,
    payload: { sku: after.sku, version: after.version, ...fields },
  }
}

function writtenOf({ before, after, changed }: Decided): ItemWritten {
  if (before === null) return { id: after.id, sku: after.sku, version: 1, outcome: 'created' }
  if (changed.length === 0) return { id: before.id, sku: before.sku, version: before.version, outcome: 'unchanged' }
  return { id: after.id, sku: after.sku, version: after.version, outcome: 'changed' }
}
