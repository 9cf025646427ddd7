import { expect } from 'vitest'
import { recompute } from '../independent/recompute.ts'
import type { TestApp } from './app.ts'
import { asNumbers } from './books.ts'
import { reportsChecks } from './checks.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
export type Shown = any
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export const ANA = { name: 'Ana Petrović', line1: 'Bulevar oslobođenja 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

/** A line of an order at a price in cents with 20 % tax in it unless said otherwise. */
export function line(sku: string, quantity: number, price: number, fields: object = {}): object {
  return { sku, quantity, unit_price: { amount: price, scale: 2 }, tax_rate_ppm: 200_000, ...fields }
}

/** Postage in cents with 20 % tax in it. */
export function postage(amount: number): object {
  return { kind: 'shipping', amount, tax_rate_ppm: 200_000 }
}

/**
 * A business as its people use it, through the API: warehouses W1 and W2 with the bins, items A and B at 10.00, the kit SET
 * of two A and one B at 30.00, the voucher GIFT, the channel `web`. Amounts are cents of the base currency EUR.
 */
export type Shop = Awaited<ReturnType<typeof openShop>>

/** Opens a business of its own; `items` come beside the standard ones. */
export async function openShop(program: TestApp, items: readonly object[] = []) {
  const organization = await program.createOrganization('Worked days')
  const key = await program.createKey(organization.id, 'owner')
  const call = (method: Method, url: string, body?: unknown) => program.call(method, url, { key, ...(body === undefined ? {} : { body }) })
  const send = async (method: Method, url: string, body?: unknown): Promise<Shown> => {
    const answer = await call(method, url, body)
    expect(answer.status, `${method} ${url}: ${answer.text}`).toBeLessThan(300)
    return answer.body
  }
  const get = (url: string) => send('GET', url)
  const post = (url: string, body: unknown = {}) => send('POST', url, body)
  const warehouses = await openWarehouses(post)
  const stocked = { kind: 'stocked', tax_class: 'standard', price: { amount: 1000, scale: 2, currency: 'EUR' } }
  const components = [
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 1 },
  ]
  const kit = { sku: 'SET', name: 'Set', kind: 'kit', price: { amount: 3000, scale: 2, currency: 'EUR' }, components }
  const gift = { sku: 'GIFT', name: 'Gift', kind: 'voucher', tax_class: 'zero', price: { amount: 5000, scale: 2, currency: 'EUR' } }
  const ids: Record<string, string> = {}
  for (const item of [{ ...stocked, sku: 'A', name: 'A' }, { ...stocked, sku: 'B', name: 'B' }, kit, gift, ...items] as { sku: string }[])
    ids[item.sku] = (await post('/v1/items', item)).id
  await post('/v1/channels', { code: 'web', name: 'Web shop', kind: 'shop' })

  const order = (id: string) => get(`/v1/orders/${id}`)
  const shipment = (id: string) => get(`/v1/shipments/${id}`)
  const balances = async (): Promise<Record<string, number>> => {
    const { accounts } = await get('/v1/trial-balance')
    const open = (accounts as { role: string; balance: number }[]).filter((account) => account.balance !== 0)
    return Object.fromEntries(open.map((account) => [account.role, account.balance]))
  }
  const shipmentOf = async (orderId: string, ...statuses: string[]): Promise<string> => {
    const { shipments } = await order(orderId)
    const found = (shipments as Shown[]).find((one) => statuses.length === 0 || statuses.includes(one.status))
    expect(found, `no shipment ${statuses.join()} of the order`).toBeDefined()
    return found.id
  }
  const release = async (shipmentId: string): Promise<string | null> => {
    const { outcomes } = await post('/v1/shipments/release', { shipment_ids: [shipmentId] })
    return outcomes[0].ok ? null : outcomes[0].error.code
  }
  const pick = (shipmentId: string) => post(`/v1/shipments/${shipmentId}/picking`)
  const ship = (shipmentId: string, fields: object = {}) => post(`/v1/shipments/${shipmentId}/shipping`, fields)
  const ready = async (shipmentId: string) => {
    expect(await release(shipmentId)).toBeNull()
    return pick(shipmentId)
  }

  return {
    organizationId: organization.id,
    key,
    call,
    get,
    post,
    put: (url: string, body: unknown) => send('PUT', url, body),
    patch: (url: string, body: unknown) => send('PATCH', url, body),
    items: ids,
    warehouses,
    order,
    shipment,
    shipmentOf,
    /** Releases one shipment; the code of its refusal, or null. */
    release,
    pick,
    ship,
    /** Releases and picks a shipment. */
    ready,
    balances,

    /** The code of a refusal; an answer that is none fails. */
    async refused(url: string, body: unknown = {}): Promise<string> {
      const answer = await call('POST', url, body)
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
      expect(answer.status, answer.text).toBeLessThan(500)
      return answer.body.code
    },

    /** Goods from a supplier at a cost each, in cents, into A-1. */
    receive: (warehouse: string, sku: string, quantity: number, cost: number): Promise<Shown> =>
      post('/v1/goods-receipts', {
        kind: 'supplier',
        warehouse_code: warehouse,
        supplier_name: 'Maker',
        currency: 'EUR',
        lines: [{ sku, quantity, unit_cost: { amount: cost, scale: 2 }, location_code: 'A-1' }],
      }),

    /** An order of the web shop in EUR, prices with tax; answers its id. */
    place: async (fields: object): Promise<string> =>
      (await post('/v1/orders', { channel: 'web', currency: 'EUR', prices_include_tax: true, ship_to: ANA, ...fields })).id,

    pay: (orderId: string, amount: number, fields: object = {}): Promise<Shown> =>
      post(`/v1/orders/${orderId}/payments`, { kind: 'captured', amount, ...fields }),

    /** The line of an item: the parent, where it is a kit. */
    async line(orderId: string, sku: string): Promise<string> {
      const found = ((await order(orderId)).lines as Shown[]).find((one) => one.sku === sku)
      expect(found, `no line of ${sku}`).toBeDefined()
      return found.id
    },

    /** Releases, picks and ships all of an order that can go now. */
    async sendAll(orderId: string): Promise<void> {
      for (const { id, status } of (await order(orderId)).shipments as Shown[]) {
        if (status === 'planned') expect(await release(id)).toBeNull()
        // What needs no picking, such as a voucher, is picked as soon as it is released.
        if (['planned', 'released'].includes(status) && (await shipment(id)).status === 'released') await pick(id)
        if (['planned', 'released', 'picked', 'packed'].includes(status)) await ship(id)
      }
    },

    /** What accounts changed by while something was done. */
    async changes(work: () => Promise<unknown>): Promise<Record<string, number>> {
      const before = await balances()
      await work()
      const after = await balances()
      const roles = [...new Set([...Object.keys(before), ...Object.keys(after)])]
      const moved = roles.map((role) => [role, (after[role] ?? 0) - (before[role] ?? 0)] as const)
      return Object.fromEntries(moved.filter(([, amount]) => amount !== 0))
    },

    /** What the stock of each warehouse is worth, empty ones left out. */
    async stockValue(): Promise<Record<string, number>> {
      const worth: Record<string, number> = {}
      for (const [code, id] of Object.entries(warehouses)) {
        const { data } = await get(`/v1/cost-layers?warehouse_id=${id}&limit=200`)
        const value = (data as Shown[]).reduce((sum, layer) => sum + layer.remaining_value.amount, 0)
        if (value !== 0) worth[code] = value
      }
      return worth
    },

    /** Every check of `verify`, and the totals of every order from their parts. */
    async proves(): Promise<void> {
      const ctx = await program.runtime.contextOf(organization.id, 'system')
      expect(await reportsChecks(program.runtime.system, ctx)).toEqual([])
      for (const row of (await get('/v1/orders?limit=200')).data as Shown[]) expectTotals(await order(row.id))
    },

    /** The books once more from the exported files alone: goods, sales, payments. */
    async recomputes(): Promise<void> {
      const files = await Promise.all(
        ['movements', 'receipts', 'orders', 'sales', 'payments'].map((kind) => program.call('GET', `/v1/exports/${kind}`, { key })),
      )
      const [movements = '', receipts = '', orders = '', sales = '', payments = ''] = files.map((file) => file.text)
      const found = recompute({ movements, receipts, orders, sales, payments }, 'EUR')
      expect(found.differences).toEqual([])
      expect(asNumbers(found.accounts)).toEqual(await balances())
    },
  }
}

async function openWarehouses(post: (url: string, body: unknown) => Promise<Shown>): Promise<Record<'W1' | 'W2', string>> {
  const open = async (code: string, postcode: string, city: string): Promise<string> => {
    const { id } = await post('/v1/warehouses', { code, name: code, country: 'RS', postcode, address: { line1: 'Magacin 1', city } })
    for (const bin of ['A-1', 'A-2']) await post('/v1/locations', { warehouse_id: id, code: bin, role: 'pick' })
    return id
  }
  return { W1: await open('W1', '21000', 'Novi Sad'), W2: await open('W2', '11000', 'Beograd') }
}

/** Σ lines + charges − discounts + tax on top = total, and what is owed is that less what was canceled. */
export function expectTotals(order: Shown): void {
  const sum = (rows: Shown[], of: (row: Shown) => number) => rows.reduce((total: number, row) => total + of(row), 0)
  const own = (order.lines as Shown[]).filter((row) => row.parent_line_id === null)
  expect(order.totals.lines.amount, 'Σ lines').toBe(sum(own, (row) => row.amount.amount))
  expect(order.totals.charges.amount, 'Σ charges').toBe(sum(order.charges, (row) => row.amount.amount))
  const { lines, charges, discounts, tax, total, canceled, due } = order.totals
  const onTop = order.prices_include_tax ? 0 : tax.amount
  if (!(order.holds as Shown[]).some((hold) => hold.type === 'total_mismatch'))
    expect(total.amount, 'total').toBe(lines.amount + charges.amount - discounts.amount + onTop)
  expect(due.amount, 'due').toBeLessThanOrEqual(total.amount - canceled.amount)
  for (const row of order.lines as Shown[])
    if (row.kind !== 'kit')
      expect(row.ordered, `vector of ${row.sku}`).toBe(
        row.canceled + row.pending + row.reserved + row.backordered + (row.supplied_elsewhere ?? 0) + row.shipped,
      )
}
