import { inspect } from 'node:util'
import { expect } from 'vitest'
import { type Log, silentLog } from '../../src/kernel/log.ts'
import type { Shop, Shown } from './shop.ts'

/** To which of the things there are, and how much. */
export interface Aim {
  which: number
  other: number
  quantity: number
}

/** What people of a shop work on together. Lists only grow. */
export interface World {
  shop: Shop
  orders: string[]
  receipts: string[]
  rmas: string[]
  returns: string[]
  lists: string[]
  nextId(): number
}

/** A deed's requests; those that are refused are answers too. */
export type Act = (world: World, aim: Aim) => Promise<unknown>

/** The n-th of a list, counted round; undefined of an empty one. */
export function at<T>(list: readonly T[], place: number): T | undefined {
  return list[place % Math.max(1, list.length)]
}

/** A request of the crowd: success and refusal are answers, a failure of the server is a fault. */
export async function ask(world: World, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: unknown): Promise<Shown> {
  const answer = await world.shop.call(method, url, body ?? (method === 'POST' ? {} : undefined))
  expect(answer.status, `${method} ${url} ${JSON.stringify(body)}: ${answer.text}`).toBeLessThan(500)
  return answer.status < 300 ? answer.body : undefined
}

export const post = (world: World, url: string, body?: unknown): Promise<Shown> => ask(world, 'POST', url, body)

/** An order of the world as it stands, or undefined where there is none yet. */
export async function orderOf(world: World, place: number): Promise<Shown> {
  const id = at(world.orders, place)
  return id === undefined ? undefined : ask(world, 'GET', `/v1/orders/${id}`)
}

/** A shipment of an order in one of the statuses, with its lines. */
export async function shipmentOf(world: World, aim: Aim, ...statuses: string[]): Promise<Shown> {
  const order = await orderOf(world, aim.which)
  const fitting = ((order?.shipments ?? []) as Shown[]).filter((one) => statuses.includes(one.status))
  const found = at(fitting, aim.other)
  return found === undefined ? undefined : ask(world, 'GET', `/v1/shipments/${found.id}`)
}

/** Prints what the server logs as its own error, so that a failing day says why. */
export const loudLog: Log = {
  ...silentLog,
  error(fields, message) {
    process.stderr.write(`${message}: ${inspect(fields, { depth: 6 })}\n`)
  },
  child: () => loudLog,
}
