import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { readOnly } from '../src/kernel/database.ts'
import { newId } from '../src/kernel/ids.ts'
import { findItemsBySku, type ItemSummary, type KitComponent, loadKitComponents } from '../src/modules/catalog/index.ts'
import { draftLines, intakeHash } from '../src/modules/orders/draft-order.ts'
import type { OrderInput } from '../src/modules/orders/order-input.ts'
import { priceOrder } from '../src/modules/orders/price-order.ts'
import { chunksOf, type Ground } from './ground.ts'
import { ITEMS, KITS, kitSkuOf, skuOf } from './orders.ts'

/** What a baseline writes into: an organization of its own with the same items, stock and channel, written by the owner of the tables. */
export interface Baseline {
  /** One order a transaction over so many connections. Answers seconds and latencies in milliseconds. */
  runSingle(orders: readonly OrderInput[], connections: number): Promise<{ seconds: number; latencies: number[] }>
  /** 500 orders a transaction on one connection. Answers seconds. */
  runMany(orders: readonly OrderInput[]): Promise<{ seconds: number }>
  close(): Promise<void>
}

interface Book {
  items: ReadonlyMap<string, ItemSummary>
  kits: ReadonlyMap<string, KitComponent[]>
}

const MANY = 500
const MOST_CONNECTIONS = 16
const SCHEMA = `create schema if not exists bench; create sequence if not exists bench.order_number minvalue 1 start 1000000000 cache 32;
  create sequence if not exists bench.shipment_number minvalue 1 start 1000000000 cache 32`

/** Installs the baselines beside the product and opens their connections. */
export async function openBaseline(ground: Ground): Promise<Baseline> {
  const clients = await Promise.all(
    Array.from({ length: MOST_CONNECTIONS }, async () => {
      const client = new pg.Client({ connectionString: ground.address.ownerUrl })
      await client.connect()
      return client
    }),
  )
  const [first] = clients
  if (first === undefined) throw new Error('no connection')
  await first.query(SCHEMA)
  for (const file of ['single-order.sql', 'many-orders.sql'])
    // oxlint-disable-next-line no-await-in-loop -- one file after another
    await first.query(await readFile(join(import.meta.dirname, 'baseline', file), 'utf8'))
  const book = await readBook(ground)
  const singleCall = (orders: readonly OrderInput[]) => orders.map((order) => singleParameters(ground, rowsOfOrder(order, book)))

  return {
    async runSingle(orders, connections) {
      const calls = singleCall(orders)
      const latencies: number[] = []
      let next = 0
      const startedAt = performance.now()
      await Promise.all(
        clients.slice(0, connections).map(async (client) => {
          for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
            const sentAt = performance.now()
            // oxlint-disable-next-line no-await-in-loop -- a connection does one call after another
            await client.query({ name: 'take_order', text: callOf('take_order', call.length), values: call })
            latencies.push(performance.now() - sentAt)
          }
        }),
      )
      return { seconds: (performance.now() - startedAt) / 1000, latencies }
    },
    async runMany(orders) {
      const calls = chunksOf(orders, MANY).map((part) =>
        manyParameters(
          ground,
          part.map((order) => rowsOfOrder(order, book)),
        ),
      )
      const startedAt = performance.now()
      for (const call of calls)
        // oxlint-disable-next-line no-await-in-loop -- one transaction after another
        await first.query({ name: 'take_orders', text: callOf('take_orders', call.length), values: call })
      return { seconds: (performance.now() - startedAt) / 1000 }
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}

function callOf(name: string, parameters: number): string {
  return `select bench.${name}(${Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ')})`
}

function readBook(ground: Ground): Promise<Book> {
  return readOnly(ground.system.database, ground.ctx, async (tx) => {
    const skus = [
      ...Array.from({ length: ITEMS }, (_, place) => skuOf(place)),
      ...Array.from({ length: KITS }, (_, place) => kitSkuOf(place)),
    ]
    const items = await findItemsBySku(tx, ground.ctx.orgId, skus)
    const kits = await loadKitComponents(
      tx,
      ground.ctx.orgId,
      [...items.values()].filter((item) => item.kind === 'kit').map((item) => item.id),
    )
    return { items, kits }
  })
}

/** All rows of one order, worked out beforehand by the product's own pricing, so that both sides write the same. */
function rowsOfOrder(order: OrderInput, book: Book) {
  const priced = priceOrder(order, {
    itemOf: (line) => book.items.get(line.sku ?? ''),
    componentsOf: (kitId) => book.kits.get(kitId) ?? [],
  })
  const lines = draftLines(priced, newId).map((line) => ({ ...line, reserved: line.priced.supply === 'stock' ? line.priced.quantity : 0 }))
  const wanted = lines.reduce((sum, line) => sum + line.reserved, 0)
  return {
    id: newId(),
    order,
    priced,
    lines,
    hash: intakeHash(order),
    shipToHash: createHash('sha256').update(JSON.stringify(order.ship_to)).digest(),
    chargeId: newId(),
    discountId: newId(),
    shipmentId: newId(),
    reasons: {
      rule: 'one_warehouse_has_all',
      prefer: 'nearest',
      chosen: ['BG'],
      missing: [],
      candidates: [
        {
          code: 'BG',
          rank: 1,
          same_country: true,
          postcode_match: 5,
          distance_km: null,
          priority: 100,
          can_ship: wanted,
          wanted,
          ships_all: true,
        },
      ],
    },
  }
}

type Rows = ReturnType<typeof rowsOfOrder>

/** Columns of the lines, in the order of both functions' parameters. */
function lineColumns(lines: Rows['lines']): unknown[] {
  return [
    lines.map((line) => line.id),
    lines.map((line) => line.lineNo),
    lines.map((line) => line.priced.item.id),
    lines.map((line) => line.priced.item.sku),
    lines.map((line) => line.priced.name),
    lines.map((line) => line.priced.item.kind),
    lines.map((line) => line.priced.supply),
    lines.map((line) => line.parentLineId),
    lines.map((line) => line.priced.kitQuantity),
    lines.map((line) => line.priced.quantity),
    lines.map((line) => line.priced.unitPrice),
    lines.map((line) => line.priced.taxRatePpm),
    lines.map((line) => line.priced.amount),
    lines.map((line) => line.priced.discount),
    lines.map((line) => line.priced.tax),
    lines.map((line) => line.reserved),
  ]
}

function singleParameters(ground: Ground, rows: Rows): unknown[] {
  const { order, priced } = rows
  const [charge] = priced.charges
  return [
    ground.ctx.orgId,
    ground.channelId,
    ground.warehouseId,
    rows.id,
    order.external_id,
    rows.hash,
    order.placed_at,
    order.customer?.name,
    order.customer?.email,
    JSON.stringify(order.ship_to),
    rows.shipToHash,
    priced.linesAmount,
    priced.chargesAmount,
    priced.discountsAmount,
    priced.taxAmount,
    priced.total,
    ...lineColumns(rows.lines),
    rows.chargeId,
    charge?.amount,
    charge?.tax,
    charge?.taxRatePpm,
    rows.discountId,
    priced.discountsAmount,
    priced.taxes.map(() => newId()),
    priced.taxes.map((tax) => tax.ratePpm),
    priced.taxes.map((tax) => tax.base),
    priced.taxes.map((tax) => tax.amount),
    JSON.stringify(rows.reasons),
    rows.shipmentId,
    rows.lines.map(() => newId()),
  ]
}

function manyParameters(ground: Ground, orders: readonly Rows[]): unknown[] {
  const lines = orders.flatMap((rows) => rows.lines)
  const taxes = orders.flatMap((rows) => rows.priced.taxes.map((tax) => ({ ...tax, orderId: rows.id })))
  const each = (of: (rows: Rows) => unknown) => orders.map(of)
  const perLine = (of: (rows: Rows) => unknown) => orders.flatMap((rows) => rows.lines.map(() => of(rows)))
  return [
    ground.ctx.orgId,
    ground.channelId,
    ground.warehouseId,
    each((rows) => rows.id),
    each(({ order }) => order.external_id),
    each((rows) => rows.hash),
    each(({ order }) => order.placed_at),
    each(({ order }) => order.customer?.name),
    each(({ order }) => order.customer?.email),
    each(({ order }) => JSON.stringify(order.ship_to)),
    each((rows) => rows.shipToHash),
    each(({ priced }) => priced.linesAmount),
    each(({ priced }) => priced.chargesAmount),
    each(({ priced }) => priced.discountsAmount),
    each(({ priced }) => priced.taxAmount),
    each(({ priced }) => priced.total),
    perLine((rows) => rows.id),
    ...lineColumns(lines),
    each((rows) => rows.chargeId),
    each(({ priced }) => priced.charges[0]?.amount),
    each(({ priced }) => priced.charges[0]?.tax),
    each(({ priced }) => priced.charges[0]?.taxRatePpm),
    each((rows) => rows.discountId),
    each(({ priced }) => priced.discountsAmount),
    taxes.map((tax) => tax.orderId),
    taxes.map(() => newId()),
    taxes.map((tax) => tax.ratePpm),
    taxes.map((tax) => tax.base),
    taxes.map((tax) => tax.amount),
    each((rows) => JSON.stringify(rows.reasons)),
    each((rows) => rows.shipmentId),
    perLine((rows) => rows.shipmentId),
    lines.map(() => newId()),
  ]
}
