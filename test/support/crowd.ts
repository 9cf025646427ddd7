import { floorActs } from './crowd-floor.ts'
import { moneyActs } from './crowd-money.ts'
import { orderActs } from './crowd-orders.ts'
import type { Act, Aim, World } from './crowd-world.ts'
import type { Shop } from './shop.ts'

export type ActName = keyof typeof orderActs | keyof typeof floorActs | keyof typeof moneyActs

/** One deed of one person: what, to which of the things there are, and how much. */
export interface Deed extends Aim {
  act: ActName
}

/** Everything people do, by name: the commands of orders, warehouse, stock and money. */
export const ACTS: Readonly<Record<ActName, Act>> = { ...orderActs, ...floorActs, ...moneyActs }

/** A world with a little of everything in both warehouses and four orders. */
export async function openWorld(shop: Shop): Promise<World> {
  let last = 0
  const world: World = { shop, orders: [], receipts: [], rmas: [], returns: [], lists: [], nextId: () => (last += 1) }
  for (const [warehouse, sku, quantity, cost] of [
    ['W1', 'A', 9, 413],
    ['W1', 'B', 6, 700],
    ['W2', 'A', 5, 399],
    ['W2', 'B', 3, 651],
  ] as const)
    world.receipts.push((await shop.receive(warehouse, sku, quantity, cost)).id)
  for (const which of [0, 1, 2, 3]) await ACTS.place(world, { which, other: which, quantity: 2 })
  return world
}
