import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { invariant } from '../../kernel/errors.ts'
import { postGoods, readAllocations, type Allocation } from '../inventory/index.ts'
import { followCombinedOrders } from './shipment-orders.ts'
import {
  addToLines,
  insertPicks,
  openOf,
  type Pick,
  readPicks,
  type Shipment,
  type ShipmentLine,
  stagedOf,
  updatePicks,
} from './shipment.repo.ts'

/** A shipment of which only `keep` (by line id; picked goods first) stays; the rest goes to a new shipment in the same step. */
export interface Split {
  shipment: Shipment
  lines: readonly ShipmentLine[]
  keep: ReadonlyMap<string, number>
}

/**
 * Moves what is not kept to a new shipment of the same step, with its picks and staged goods; the answer maps each
 * split shipment to the new one. The caller holds the shipments and the positions of their goods.
 */
export async function splitShipments(run: CommandRun, splits: readonly Split[]): Promise<Map<string, string>> {
  if (splits.length === 0) return new Map()
  const first = await takeNumbers(run.tx, run.ctx.orgId, 'shipment', splits.length)
  const rests = splits.map((split, index) => ({ split, restId: run.newId(), number: first + index }))
  await copyHeaders(
    run,
    rests.map(({ split, restId, number }) => ({ id: split.shipment.id, restId, number })),
  )
  const picks = await readPicks(
    run.tx,
    run.ctx.orgId,
    splits.map((split) => split.shipment.id),
  )
  const moved = rests.flatMap(({ split, restId }) =>
    split.lines.map((line) => moveRest(run, { line, restShipmentId: restId, keep: split.keep.get(line.id) ?? 0 }, picks)),
  )
  await writeRestLines(run, moved)
  await addToLines(
    run.tx,
    run.ctx.orgId,
    moved.filter((rest) => rest.quantity > 0).map((rest) => ({ id: rest.line.id, quantity: -rest.quantity, picked: -rest.picked })),
  )
  await insertPicks(
    run.tx,
    run.ctx.orgId,
    moved.flatMap((rest) => rest.newPicks),
  )
  await updatePicks(
    run.tx,
    run.ctx.orgId,
    moved.flatMap((rest) => rest.changedPicks),
    { at: run.now, actorId: null },
  )
  await moveAllocations(run, moved)
  await followCombinedOrders(
    run.tx,
    run.ctx.orgId,
    rests.map(({ split, restId }) => ({
      fromShipmentId: split.shipment.id,
      toShipmentId: restId,
      lines: moved.filter((rest) => rest.restShipmentId === restId && rest.quantity > 0).map((rest) => rest.line),
    })),
  )
  return new Map(rests.map(({ split, restId }) => [split.shipment.id, restId]))
}

interface Rest {
  line: ShipmentLine
  restLineId: string
  restShipmentId: string
  quantity: number
  picked: number
  newPicks: Pick[]
  changedPicks: Pick[]
  /** Staged goods that go, by the lot and owner of their picks. */
  goods: { lotId: string; ownerId: string; quantity: number }[]
}

/** Decides, for one line, what of it goes: first what was not picked, then picked goods; picks are cut where needed. */
function moveRest(
  run: CommandRun,
  { line, restShipmentId, keep }: { line: ShipmentLine; restShipmentId: string; keep: number },
  picks: readonly Pick[],
): Rest {
  const rest: Rest = {
    line,
    restLineId: run.newId(),
    restShipmentId,
    quantity: line.quantity - keep,
    picked: Math.max(0, line.pickedQuantity - keep),
    newPicks: [],
    changedPicks: [],
    goods: [],
  }
  if (rest.quantity === 0) return rest
  let keepPicked = line.pickedQuantity - rest.picked
  let keepOpen = keep - keepPicked
  for (const pick of picks) {
    if (pick.shipmentLineId !== line.id || pick.status === 'canceled') continue
    const net = stagedOf(pick)
    const open = openOf(pick)
    const stayPicked = Math.min(keepPicked, net)
    const stayOpen = Math.min(keepOpen, open)
    keepPicked -= stayPicked
    keepOpen -= stayOpen
    const goPicked = net - stayPicked
    const goOpen = open - stayOpen
    if (goPicked + goOpen === 0) continue
    if (goPicked > 0) rest.goods.push({ lotId: pick.lotId, ownerId: pick.ownerId, quantity: goPicked })
    const target = { shipmentId: restShipmentId, shipmentLineId: rest.restLineId }
    if (stayPicked + stayOpen === 0) {
      rest.changedPicks.push({ ...pick, ...target })
      continue
    }
    rest.newPicks.push({
      ...pick,
      ...target,
      id: run.newId(),
      quantity: goPicked + goOpen,
      pickedQuantity: goPicked,
      putBackQuantity: 0,
      lostQuantity: 0,
      status: goOpen > 0 ? 'open' : 'picked',
    })
    rest.changedPicks.push({
      ...pick,
      quantity: pick.quantity - goPicked - goOpen,
      pickedQuantity: pick.pickedQuantity - goPicked,
      status: stayOpen > 0 ? 'open' : 'picked',
    })
  }
  return rest
}

async function copyHeaders(run: CommandRun, rests: readonly { id: string; restId: string; number: number }[]): Promise<void> {
  await sql`
    insert into warehouse.shipment (org_id, id, number, warehouse_id, status, source_id, source_label, ship_to, ship_to_hash, party_id, currency, priority, held, ready, carrier_id, service, pick_list_id, promised_at, created_at, released_at, picked_at, split_from_id)
    select s.org_id, r.restId, r.number, s.warehouse_id, case when s.status = 'packed' then 'picked' else s.status end, s.source_id, s.source_label, s.ship_to, s.ship_to_hash, s.party_id, s.currency, s.priority, s.held, s.ready, s.carrier_id, s.service, s.pick_list_id, s.promised_at, ${run.now}, s.released_at, s.picked_at, s.id
      from warehouse.shipment s join ${rowsOf(rests, { id: 'uuid', restId: 'uuid', number: 'bigint' }, 'r')} on r.id = s.id
     where s.org_id = ${run.ctx.orgId}`.execute(run.tx)
  for (const rest of rests) {
    run.emit({
      type: 'warehouse.shipment_split',
      documentType: 'shipment',
      documentId: rest.restId,
      payload: { number: rest.number, split_from: rest.id },
    })
  }
}

async function writeRestLines(run: CommandRun, moved: readonly Rest[]): Promise<void> {
  const rows = moved
    .filter((rest) => rest.quantity > 0)
    .map((rest) => ({ ...rest.line, id: rest.restLineId, shipmentId: rest.restShipmentId, quantity: rest.quantity, picked: rest.picked }))
  await sql`
    insert into warehouse.shipment_line (org_id, id, shipment_id, source_id, source_line_id, item_id, owner_id, supply, quantity, picked_quantity)
    select ${run.ctx.orgId}, l.id, l.shipmentId, l.sourceId, l.sourceLineId, l.itemId, l.ownerId, l.supply, l.quantity, l.picked
      from ${rowsOf(rows, { id: 'uuid', shipmentId: 'uuid', sourceId: 'uuid', sourceLineId: 'uuid', itemId: 'uuid', ownerId: 'uuid', supply: 'text', quantity: 'bigint', picked: 'bigint' }, 'l')}`.execute(
    run.tx,
  )
}

/** Staged goods follow their line; bins chosen for a cut pick follow the new pick. */
async function moveAllocations(run: CommandRun, moved: readonly Rest[]): Promise<void> {
  const cut = moved.flatMap((rest) =>
    rest.newPicks.flatMap((fresh) => {
      const open = fresh.quantity - fresh.pickedQuantity
      const old = rest.changedPicks.find(
        (pick) => pick.rootId === fresh.rootId && pick.locationId === fresh.locationId && pick.id !== fresh.id,
      )
      return open > 0 && old !== undefined ? [{ from: old.id, to: fresh.id, pick: fresh, open }] : []
    }),
  )
  const staged = await readAllocations(
    run.tx,
    run.ctx.orgId,
    moved.filter((rest) => rest.picked > 0).map((rest) => rest.line.id),
  )
  const deallocate: Allocation[] = cut.map(({ from, pick, open }) => ({
    sourceId: from,
    locationId: pick.locationId,
    itemId: pick.itemId,
    lotId: pick.lotId,
    ownerId: pick.ownerId,
    quantity: open,
    purpose: 'pick',
  }))
  const allocate: Allocation[] = cut.map(({ to, pick, open }) => ({
    sourceId: to,
    locationId: pick.locationId,
    itemId: pick.itemId,
    lotId: pick.lotId,
    ownerId: pick.ownerId,
    quantity: open,
    purpose: 'pick',
  }))
  for (const rest of moved) {
    const shelf = staged.filter((allocation) => allocation.sourceId === rest.line.id).map((part) => ({ ...part }))
    for (const part of rest.goods.flatMap((goods) => takeFrom(shelf, goods))) {
      deallocate.push(part)
      allocate.push({ ...part, sourceId: rest.restLineId })
    }
  }
  if (deallocate.length > 0) await postGoods(run, { movements: [], deallocate, allocate })
}

/** Takes goods of a lot and owner from what stands staged, lowering it in place. */
function takeFrom(shelf: Allocation[], goods: Rest['goods'][number]): Allocation[] {
  const taken: Allocation[] = []
  let left = goods.quantity
  for (const part of shelf) {
    const quantity = part.lotId === goods.lotId && part.ownerId === goods.ownerId ? Math.min(left, part.quantity) : 0
    if (quantity === 0) continue
    left -= quantity
    part.quantity -= quantity
    taken.push({ ...part, quantity })
  }
  invariant(left === 0, 'what is picked and not shipped stands staged for its line')
  return taken
}
