import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { ExpectedVersion, exactly, Uuid } from '../../../kernel/schema.ts'
import { freePromises } from '../free-promises.ts'
import { serveBackorders } from '../serve-backorders.ts'
import {
  addToLevels,
  addToPositions,
  type Level,
  levelKey,
  lockPositions,
  type Position,
  type PositionChange,
  type PositionKey,
  positionKey,
} from '../stock.repo.ts'
import { type Location, LOCATION_ROLES } from '../warehouse.ts'

/**
 * Changes role, block or walking order of a location. When its goods cease to be sellable, positions shrink in the same
 * transaction: what was chosen in the bin is freed, and promises beyond what is left go to backorder. When they become
 * sellable, waiting backorders are served.
 * @throws `inventory.not_found`, `kernel.version_conflict`
 */
export const updateLocation = defineCommand({
  name: 'inventory.update_location',
  permission: 'inventory.manage_locations',
  summary: 'Change role, block or order of a location',
  input: exactly({
    location_id: Uuid,
    expected_version: ExpectedVersion,
    role: Type.Optional(Type.Enum([...LOCATION_ROLES])),
    blocked: Type.Optional(Type.Boolean()),
    sort_key: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  }),
  output: exactly({ id: Uuid, version: Type.Integer(), sellable: Type.Boolean() }),
  errors: ['inventory.not_found'],

  async run(run, { location_id, expected_version, ...changes }) {
    const { tx, ctx, emit } = run
    const seen = await lockPositionsOf(run, location_id)
    const { rows } = await sql<Location>`
      select id, warehouse_id, code, role, blocked, sort_key, sellable, version from inventory.location
       where org_id = ${ctx.orgId} and id = ${location_id} and kind = 'real' for no key update`.execute(tx)
    const before = rows[0]
    if (before === undefined) throw notFound('inventory.location', location_id)
    if (expected_version !== undefined && expected_version !== before.version) throw versionConflict(expected_version, before.version)
    const after = { ...before, ...changes, version: before.version + 1 }
    const { rows: written } = await sql<{ sellable: boolean }>`
      update inventory.location set role = ${after.role}, blocked = ${after.blocked}, sort_key = ${after.sort_key}, version = ${after.version}
       where org_id = ${ctx.orgId} and id = ${location_id} returning sellable`.execute(tx)
    const sellable = written[0]?.sellable ?? before.sellable
    if (sellable !== before.sellable) await moveSellable(run, before, sellable, seen)
    const changed = (Object.keys(changes) as (keyof typeof changes)[]).filter((field) => before[field] !== after[field])
    const of = (state: Pick<Location, 'role' | 'blocked' | 'sort_key'>) => Object.fromEntries(changed.map((field) => [field, state[field]]))
    emit({
      type: 'inventory.location_changed',
      documentType: 'inventory.location',
      documentId: location_id,
      payload: { before: of(before), after: of(after), sellable, version: after.version },
    })
    return { id: location_id, version: after.version, sellable }
  },
})

/** Locks the positions of what stands in a location: positions come before locations in the order of locks. */
async function lockPositionsOf(run: CommandRun, locationId: string): Promise<Map<string, Position>> {
  const { rows } = await sql<PositionKey>`
    select distinct l.item_id as "itemId", l.owner_id as "ownerId", c.warehouse_id as "warehouseId"
      from inventory.stock_level l join inventory.location c on c.org_id = l.org_id and c.id = l.location_id
     where l.org_id = ${run.ctx.orgId} and l.location_id = ${locationId} and l.on_hand > 0`.execute(run.tx)
  return lockPositions(run.tx, run.ctx.orgId, rows)
}

/** Adds the location's goods to what can be sold, or takes them off. The location is locked, so nothing comes in meanwhile. */
async function moveSellable(run: CommandRun, location: Location, sellable: boolean, seen: ReadonlyMap<string, Position>): Promise<void> {
  const { tx, ctx } = run
  const levels = await readLevelsOf(run, location.id)
  if (levels.length === 0) return
  // Goods that came in between looking and locking bring positions that are not locked yet.
  const late = levels.map((level) => ({ ...level, warehouseId: location.warehouse_id })).filter((key) => !seen.has(positionKey(key)))
  const before = new Map([...seen, ...(await lockPositions(tx, ctx.orgId, late))])
  const positions = positionChanges(levels, location.warehouse_id, sellable ? 1 : -1)
  if (!sellable) {
    const freed = await freePromises(run, {
      levels: levels
        .filter((level) => level.allocated > 0)
        .map((level) => ({
          itemId: level.itemId,
          locationId: level.locationId,
          lotId: level.lotId,
          ownerId: level.ownerId,
          quantity: level.allocated,
        })),
      positions: [...positions.values()].flatMap((change) => {
        const position = before.get(positionKey(change))
        const quantity = (position?.reserved ?? 0) + (position?.held ?? 0) - (position?.onHand ?? 0) - change.onHand
        return quantity > 0 ? [{ itemId: change.itemId, warehouseId: change.warehouseId, ownerId: change.ownerId, quantity }] : []
      }),
    })
    await addToLevels(tx, ctx.orgId, freedByLevel(levels), new Map(levels.map((level) => [levelKey(level), level])))
    for (const part of freed.promises) subtract(positions, positionKey(part), 'reserved', part.quantity)
    for (const part of freed.holds) subtract(positions, positionKey(part), 'held', part.quantity)
  }
  const now = await addToPositions(tx, ctx.orgId, [...positions.values()])
  await serveBackorders(
    run,
    now.filter((position) => position.onHand - position.reserved - position.held > 0),
  )
}

async function readLevelsOf({ tx, ctx }: CommandRun, locationId: string): Promise<Level[]> {
  const { rows } = await sql<Level>`
    select item_id as "itemId", location_id as "locationId", lot_id as "lotId", owner_id as "ownerId", on_hand as "onHand", allocated
      from inventory.stock_level where org_id = ${ctx.orgId} and location_id = ${locationId} and on_hand > 0`.execute(tx)
  return rows
}

function positionChanges(levels: readonly Level[], warehouseId: string, sign: 1 | -1): Map<string, PositionChange> {
  const changes = new Map<string, PositionChange>()
  for (const level of levels) {
    const key = positionKey({ ...level, warehouseId })
    const change = changes.get(key) ?? { itemId: level.itemId, warehouseId, ownerId: level.ownerId, onHand: 0, reserved: 0, held: 0 }
    changes.set(key, { ...change, onHand: change.onHand + sign * level.onHand })
  }
  return changes
}

/** Everything chosen in the bin is freed. */
function freedByLevel(levels: readonly Level[]) {
  return levels.filter((level) => level.allocated > 0).map((level) => ({ ...level, onHand: 0, allocated: -level.allocated }))
}

function subtract(positions: Map<string, PositionChange>, key: string, field: 'reserved' | 'held', quantity: number): void {
  const change = positions.get(key)
  if (change !== undefined) change[field] -= quantity
}
