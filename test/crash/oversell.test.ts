import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Crowd, openCrowd } from '../../src/entry/prove/http-crowd.ts'
import { proveOversell } from '../../src/entry/prove/oversell.ts'
import { reportsChecks } from '../support/checks.ts'
import { useDatabase } from '../support/database.ts'
import { type Auditor, openAuditor } from './account.ts'
import { freePort, startTefter, type TefterProcess } from './tefter-process.ts'

/** Two server processes on one database, 20 connections to each. */
const database = useDatabase()
const servers: TefterProcess[] = []
const auditors: Auditor[] = []

beforeAll(async () => {
  const settings = { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, TEFTER_POOL_SIZE: '8' }
  // One after the other: the first brings the database up to date.
  servers.push(await startTefter({ settings, port: await freePort(), role: 'api' }))
  servers.push(await startTefter({ settings, port: await freePort(), role: 'api' }))
})
afterAll(async () => {
  await Promise.all(auditors.map((auditor) => auditor.close()))
  await Promise.all(servers.map((server) => server.stop()))
})

async function openMarket(): Promise<{ crowd: Crowd; auditor: Auditor }> {
  const auditor = await openAuditor(database.url)
  auditors.push(auditor)
  const addresses = servers.map(({ address }) => address)
  return { crowd: openCrowd(addresses, auditor.apiKey, 20), auditor }
}

async function expectClean({ database: pool, ctx }: Auditor): Promise<void> {
  expect(await reportsChecks({ database: pool, handlers: new Map(), onCommit: () => undefined }, ctx)).toEqual([])
}

const frame = {
  channel: 'manual',
  currency: 'EUR',
  prices_include_tax: true,
  ship_to: { name: 'Ana', line1: 'Ulica 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
}
const lineOf = (sku: string) => ({ sku, quantity: 1, unit_price: { amount: 1000 }, tax_rate_ppm: 200_000 })

async function must(asked: Promise<{ status: number; body: Record<string, unknown> }>): Promise<Record<string, unknown>> {
  const { status, body } = await asked
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body
}

test('200 buyers for 37 pieces: 37 are sold, 163 are told that nothing is left', async () => {
  const { crowd, auditor } = await openMarket()
  expect(await proveOversell(crowd, { buyers: 200, units: 37 })).toMatchObject({
    accepted: 37,
    refused: 163,
    other: {},
    stock: { on_hand: 37, reserved: 37, available: 0 },
    holds: true,
  })
  await expectClean(auditor)
  crowd.close()
})

test('kits that share components, lines in opposite order: no piece is promised twice', async () => {
  const { crowd, auditor } = await openMarket()
  await must(crowd.send('POST', '/v1/warehouses', { code: 'W', name: 'W', country: 'RS' }))
  const item = { price: { amount: 1000, scale: 2, currency: 'EUR' }, tax_class: 'standard' }
  for (const sku of ['A', 'B']) await must(crowd.send('POST', '/v1/items', { ...item, sku, name: sku, kind: 'stocked' }))
  const kit = (sku: string, a: number, b: number) => ({
    ...item,
    sku,
    name: sku,
    kind: 'kit',
    components: [
      { sku: 'A', quantity: a },
      { sku: 'B', quantity: b },
    ],
  })
  await must(crowd.send('POST', '/v1/items', kit('MOSTLY-A', 2, 1)))
  await must(crowd.send('POST', '/v1/items', kit('MOSTLY-B', 1, 2)))
  const lines = ['A', 'B'].map((sku) => ({ sku, quantity: 60, unit_cost: { amount: 400 } }))
  await must(
    crowd.send('POST', '/v1/goods-receipts', { kind: 'supplier', warehouse_code: 'W', supplier_name: 'M', currency: 'EUR', lines }),
  )
  const policy = { prefer: 'priority', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'refuse' }
  await must(crowd.send('PUT', '/v1/sourcing-policies', policy))
  // Each order takes three of A and three of B, whichever way around: of 60 each, 20 orders can be filled.
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, buyer) => {
      const wanted = ['MOSTLY-A', 'MOSTLY-B'].map(lineOf)
      return crowd.send('POST', '/v1/orders', {
        ...frame,
        external_id: `k-${buyer}`,
        lines: buyer % 2 === 0 ? wanted : wanted.toReversed(),
      })
    }),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
  expect(answers.filter(({ status, body }) => status === 422 && body['code'] === 'orders.insufficient_stock')).toHaveLength(100)
  const { data } = (await must(crowd.send('GET', '/v1/stock'))) as { data: { sku: string; reserved: number; available: number }[] }
  expect(data.map(({ sku, reserved, available }) => [sku, reserved, available])).toEqual([
    ['A', 60, 0],
    ['B', 60, 0],
  ])
  await expectClean(auditor)
  crowd.close()
})

test('the same idempotency key fifty times at once, at both servers: one order, fifty times the same answer', async () => {
  const { crowd, auditor } = await openMarket()
  await must(crowd.send('POST', '/v1/warehouses', { code: 'W', name: 'W', country: 'RS' }))
  const item = { sku: 'A', name: 'A', kind: 'stocked', price: { amount: 1000, scale: 2, currency: 'EUR' }, tax_class: 'standard' }
  await must(crowd.send('POST', '/v1/items', item))
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => crowd.send('POST', '/v1/orders', { ...frame, lines: [lineOf('A')] }, { 'idempotency-key': 'once' })),
  )
  expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1)
  expect(answers.map(({ status }) => status).toSorted((a, b) => b - a)).toEqual([201, ...Array.from({ length: 49 }, () => 200)])
  const { data } = (await must(crowd.send('GET', '/v1/orders'))) as { data: unknown[] }
  expect(data).toHaveLength(1)
  await expectClean(auditor)
  crowd.close()
})
