import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { reportsChecks } from '../support/checks.ts'
import { runs } from '../support/runs.ts'

/** Random days of receipts, orders, checkouts, losses and counts, several people at once; every check of `verify` holds at the end. */
const program = useApp()

const quantity = fc.integer({ min: 1, max: 9 })
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('expect' as const), quantity, day: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('receive' as const), quantity }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('post' as const), quantity, which: fc.nat({ max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('delay' as const), day: fc.integer({ min: 1, max: 9 }), which: fc.nat({ max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), which: fc.nat({ max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cost' as const), amount: fc.integer({ min: -300, max: 900 }), which: fc.nat({ max: 5 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('order' as const), quantity, held: fc.boolean(), cart: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat({ max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hold' as const), quantity, cart: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('count' as const), counted: fc.nat({ max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('scrap' as const), quantity }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ship' as const), which: fc.nat({ max: 5 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const onDay = (day: number) => new Date(Date.UTC(2031, 0, day)).toISOString()

test('whatever happens, promises stay within goods and receipts, and every check holds', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 5, maxLength: 14 }),
      fc.constantFrom('fifo', 'average'),
      async (day, costMethod) => {
        const world = await open(costMethod)
        for (const together of day) {
          // oxlint-disable-next-line no-await-in-loop -- one moment after another; what stands in one happens at once
          const statuses = await Promise.all(together.map((today) => take(world, today)))
          for (const status of statuses) expect(status).toBeLessThan(500)
        }
        const ctx = await program.runtime.contextOf(world.organizationId, 'system')
        expect(await reportsChecks(program.runtime.system, ctx)).toEqual([])
      },
    ),
    runs(12),
  )
})

interface World {
  organizationId: number
  warehouseId: string
  call(
    method: string,
    url: string,
    body?: unknown,
  ): Promise<{ status: number; body: { id: string; data: { id: string }[]; lines: { id: string }[]; shipments: { id: string }[] } }>
  receipts: string[]
  orders: string[]
}

async function open(costMethod: string): Promise<World> {
  const organization = await program.createOrganization('Random d.o.o.')
  const key = await program.createKey(organization.id, 'owner')
  const call: World['call'] = (method, url, body) => program.call(method as 'POST', url, { key, ...(body === undefined ? {} : { body }) })
  const warehouse = await call('POST', '/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })
  await call('POST', '/v1/locations', { warehouse_id: warehouse.body.id, code: 'A-1', role: 'pick' })
  await call('POST', '/v1/items', { sku: 'A', name: 'Item A', cost_method: costMethod, preorder: 'expected' })
  await call('POST', '/v1/channels', { code: 'shop', name: 'Shop', kind: 'shop' })
  return { organizationId: organization.id, warehouseId: warehouse.body.id, call, receipts: [], orders: [] }
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
async function take(world: World, today: Step): Promise<number> {
  const { call, warehouseId, receipts, orders } = world
  const some = (ids: readonly string[], which: number) => ids[which % Math.max(1, ids.length)] ?? '00000000-0000-7000-8000-000000000000'
  const receipt = async (line: object, fields: object = {}) => {
    const answer = await call('POST', '/v1/goods-receipts', {
      kind: 'supplier',
      warehouse_code: 'W1',
      supplier_name: 'P',
      currency: 'EUR',
      lines: [{ sku: 'A', unit_cost: { amount: 137 }, location_code: 'A-1', ...line }],
      ...fields,
    })
    if (answer.status === 201) receipts.push(answer.body.id)
    return answer.status
  }
  switch (today.do) {
    case 'expect':
      return receipt({ expected_quantity: today.quantity }, { expected_at: onDay(today.day) })
    case 'receive':
      return receipt({ quantity: today.quantity })
    case 'post': {
      const { body, status } = await call('GET', `/v1/goods-receipts/${some(receipts, today.which)}`)
      if (status !== 200) return status
      return (
        await call('POST', `/v1/goods-receipts/${body.id}/postings`, {
          lines: [{ line_id: body.lines[0]?.id, quantity: today.quantity, location_code: 'A-1' }],
        })
      ).status
    }
    case 'delay':
      return (await call('PATCH', `/v1/goods-receipts/${some(receipts, today.which)}`, { expected_at: onDay(today.day) })).status
    case 'close':
      return (await call('PATCH', `/v1/goods-receipts/${some(receipts, today.which)}`, { closed_short: true })).status
    case 'reverse':
      return (await call('POST', `/v1/goods-receipts/${some(receipts, today.which)}/reversal`, { reason: 'wrong' })).status
    case 'cost':
      return (
        await call('POST', `/v1/goods-receipts/${some(receipts, today.which)}/cost-adjustments`, {
          reason: 'landed_cost',
          amount: today.amount,
        })
      ).status
    case 'order': {
      const answer = await call('POST', '/v1/orders', {
        channel: 'shop',
        currency: 'EUR',
        ship_to: { name: 'Ana Anić', line1: 'Knez Mihailova 1', city: 'Beograd', postcode: '11000', country: 'RS' },
        lines: [{ sku: 'A', quantity: today.quantity, unit_price: { amount: 1000 } }],
        ...(today.held ? { stock_hold_reference: `cart-${today.cart}` } : {}),
      })
      if (answer.status === 201) orders.push(answer.body.id)
      return answer.status
    }
    case 'cancel':
      return (await call('POST', `/v1/orders/${some(orders, today.which)}/cancellation`, { reason: 'changed their mind' })).status
    case 'hold':
      return (
        await call('PUT', `/v1/stock-holds/checkouts/cart-${today.cart}`, {
          warehouse_id: warehouseId,
          expires_at: new Date(Date.now() + 60_000).toISOString(),
          lines: [{ sku: 'A', quantity: today.quantity }],
        })
      ).status
    case 'count':
      return (
        await call('POST', '/v1/stock-counts', {
          warehouse_id: warehouseId,
          lines: [{ sku: 'A', location_code: 'A-1', counted: today.counted }],
        })
      ).status
    case 'scrap':
      return (
        await call('POST', '/v1/adjustments', {
          warehouse_id: warehouseId,
          kind: 'scrap',
          lines: [{ sku: 'A', location_code: 'A-1', quantity: today.quantity }],
        })
      ).status
    case 'ship':
      return ship(world, some(orders, today.which))
  }
}

async function ship({ call }: World, orderId: string): Promise<number> {
  const order = await call('GET', `/v1/orders/${orderId}`)
  const [shipment] = order.status === 200 ? order.body.shipments : []
  if (shipment === undefined) return order.status
  await call('POST', '/v1/shipments/release', { shipment_ids: [shipment.id] })
  let status = 200
  for (const name of ['picking', 'packing', 'shipping']) {
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    status = Math.max(status, (await call('POST', `/v1/shipments/${shipment.id}/${name}`, {})).status)
  }
  return status
}
