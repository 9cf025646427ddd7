import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { type FieldProblem, invalidInput, notFound } from '../../kernel/errors.ts'
import { newId, ZERO_ID } from '../../kernel/ids.ts'
import { findItemsById, findItemsBySku } from '../catalog/index.ts'

/** An item as lines on the wire name it: by SKU or by id. */
export interface ItemReference {
  sku?: string
  item_id?: string
}

/** What posting needs to know of an item. */
export interface StockedItem {
  id: string
  sku: string
  unit_scale: number
}

/**
 * The stocked items that lines name, in their order. `pointer` gives the JSON pointer of a line ('' for a single one).
 * @throws `kernel.invalid_input` naming every line whose item is not one of ours, not stocked, or named twice or not at all
 */
export async function resolveItems(
  tx: Tx,
  orgId: number,
  lines: readonly ItemReference[],
  pointer = (index: number): string => `/lines/${index}`,
): Promise<StockedItem[]> {
  const bySku = await findItemsBySku(tx, orgId, [...new Set(lines.flatMap((line) => line.sku ?? []))])
  const byId = await findItemsById(tx, orgId, [...new Set(lines.flatMap((line) => line.item_id ?? []))])
  const problems: FieldProblem[] = []
  const items = lines.flatMap((line, index) => {
    const at = pointer(index)
    if ((line.sku === undefined) === (line.item_id === undefined)) {
      problems.push({ pointer: `${at}/sku`, code: 'item_once', message: 'name the item by sku or by item_id, one of the two' })
      return []
    }
    const item = line.sku === undefined ? byId.get(line.item_id ?? '') : bySku.get(line.sku)
    const field = line.sku === undefined ? 'item_id' : 'sku'
    if (item === undefined)
      problems.push({
        pointer: `${at}/${field}`,
        code: 'unknown_item',
        message: `there is no item ${line.sku ?? line.item_id}; create it or correct the ${field}`,
      })
    else if (item.kind !== 'stocked')
      problems.push({
        pointer: `${at}/${field}`,
        code: 'item_not_stocked',
        message: `${item.sku} is of kind ${item.kind}; only stocked items have goods`,
      })
    return item === undefined ? [] : [item]
  })
  if (problems.length > 0) throw invalidInput(problems)
  return items
}

/** A location as lines name it, and where in the input it is named. */
export interface LocationReference {
  id: string | undefined
  code: string | undefined
  pointer: string
  /** Names of the two fields, such as `location_id` and `location_code`. */
  field: string
}

/**
 * Ids of real locations of one warehouse, in the order named.
 * @throws `kernel.invalid_input` naming every one that is not there, or named twice or not at all
 */
export async function resolveLocations(
  tx: Tx,
  orgId: number,
  warehouseId: string,
  references: readonly LocationReference[],
): Promise<string[]> {
  const ids = references.flatMap((reference) => reference.id ?? [])
  const codes = references.flatMap((reference) => reference.code ?? [])
  const { rows } = await sql<{ id: string; code: string }>`
    select id, code from inventory.location
     where org_id = ${orgId} and warehouse_id = ${warehouseId} and kind = 'real' and (id = any(${ids}::uuid[]) or code = any(${codes}::text[]))`.execute(
    tx,
  )
  const byId = new Map(rows.map((row) => [row.id, row.id]))
  const byCode = new Map(rows.map((row) => [row.code, row.id]))
  const problems: FieldProblem[] = []
  const found = references.map(({ id, code, pointer, field }) => {
    const location = id === undefined ? byCode.get(code ?? '') : byId.get(id)
    if ((id === undefined) === (code === undefined))
      problems.push({
        pointer: `${pointer}/${field}_code`,
        code: 'location_once',
        message: `name the location by ${field}_id or by ${field}_code, one of the two`,
      })
    else if (location === undefined)
      problems.push({
        pointer: `${pointer}/${field}_${id === undefined ? 'code' : 'id'}`,
        code: 'unknown_location',
        message: `there is no location ${code ?? id} in this warehouse; create it or correct it`,
      })
    return location ?? ''
  })
  if (problems.length > 0) throw invalidInput(problems)
  return found
}

/**
 * Ids of lots by item and code, in the order named; no code is the lot "none". Unknown ones are created when `create` says so.
 * @throws `kernel.invalid_input` naming every unknown lot
 */
export async function resolveLots(
  run: CommandRun,
  lines: readonly { itemId: string; lot: string | undefined }[],
  create: boolean,
): Promise<string[]> {
  const { tx, ctx, now } = run
  const named = lines.flatMap((line) => (line.lot === undefined ? [] : [{ itemId: line.itemId, code: line.lot }]))
  if (named.length === 0) return lines.map(() => ZERO_ID)
  const key = (lot: { itemId: string; code: string }) => `${lot.itemId}/${lot.code}`
  if (create) {
    const rows = [...new Map(named.map((lot) => [key(lot), { ...lot, id: newId() }])).values()].toSorted((a, b) =>
      key(a) < key(b) ? -1 : 1,
    )
    await sql`
      insert into inventory.lot (org_id, id, item_id, code, created_at)
      select ${ctx.orgId}, n.id, n.itemId, n.code, ${now} from ${rowsOf(rows, { id: 'uuid', itemId: 'uuid', code: 'text' }, 'n')} on conflict do nothing`.execute(
      tx,
    )
  }
  const { rows: found } = await sql<{ id: string; itemId: string; code: string }>`
    select t.id, t.item_id as "itemId", t.code from inventory.lot t
      join ${rowsOf(named, { itemId: 'uuid', code: 'text' }, 'n')} on t.item_id = n.itemId and t.code = n.code where t.org_id = ${ctx.orgId}`.execute(
    tx,
  )
  const ids = new Map(found.map((lot) => [key(lot), lot.id]))
  const problems = lines.flatMap((line, index): FieldProblem[] =>
    line.lot === undefined || ids.has(key({ itemId: line.itemId, code: line.lot }))
      ? []
      : [{ pointer: `/lines/${index}/lot`, code: 'unknown_lot', message: `there is no lot ${line.lot} of this item; correct it` }],
  )
  if (problems.length > 0) throw invalidInput(problems)
  return lines.map((line) => (line.lot === undefined ? ZERO_ID : (ids.get(key({ itemId: line.itemId, code: line.lot })) ?? ZERO_ID)))
}

/** @throws `inventory.not_found` when the organization has no such warehouse */
export async function requireWarehouse(tx: Tx, orgId: number, warehouseId: string): Promise<{ id: string; code: string }> {
  const { rows } = await sql<{
    id: string
    code: string
  }>`select id, code from inventory.warehouse where org_id = ${orgId} and id = ${warehouseId}`.execute(tx)
  const warehouse = rows[0]
  if (warehouse === undefined) throw notFound('inventory.warehouse', warehouseId)
  return warehouse
}
