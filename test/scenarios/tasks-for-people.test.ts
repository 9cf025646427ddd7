import { beforeEach, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop, type Shown } from '../support/shop.ts'

/** Work that the system leaves for a person, and rules that a person takes away. */
const program = useApp()
let shop: Shop

beforeEach(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 5, 400)
})

const openTasks = async (): Promise<Shown[]> => (await shop.get('/v1/tasks?status=open')).data

test('promised goods are scrapped before they were picked: what another warehouse has is taken, for the rest a person is asked', async () => {
  await shop.receive('W2', 'A', 1, 400)
  const order = await shop.place({ lines: [line('A', 4, 1000)] })
  // 3 of the 5 are scrapped; 2 are left for the 4 promised, W2 has 1: 1 waits.
  await shop.post('/v1/adjustments', {
    warehouse_id: shop.warehouses.W1,
    kind: 'scrap',
    lines: [{ sku: 'A', location_code: 'A-1', quantity: 3 }],
  })
  expect((await shop.order(order)).lines[0]).toMatchObject({ reserved: 3, backordered: 1 })
  expect(await openTasks()).toMatchObject([
    { kind: 'rechoose', document_type: 'order', document_id: order, quantity: 1, sku: 'A', warehouse_code: 'W1' },
  ])
  const [task] = await openTasks()
  await shop.post(`/v1/tasks/${task.id}/done`, { note: 'told the customer' })
  expect(await openTasks()).toEqual([])
  await shop.proves()
})

test('where everything is covered elsewhere nobody is asked', async () => {
  await shop.receive('W2', 'A', 5, 400)
  const order = await shop.place({ lines: [line('A', 4, 1000)] })
  const from = (await shop.order(order)).shipments[0].warehouse_code
  await shop.post('/v1/adjustments', {
    warehouse_id: shop.warehouses[from as 'W1'],
    kind: 'scrap',
    lines: [{ sku: 'A', location_code: 'A-1', quantity: 3 }],
  })
  expect((await shop.order(order)).lines[0]).toMatchObject({ reserved: 4, backordered: 0 })
  expect(await openTasks()).toEqual([])
  await shop.proves()
})

test('a count booked for a task to count again finishes it; other tasks stay', async () => {
  const order = await shop.place({ lines: [line('A', 2, 1000)] })
  const shipment = await shop.shipmentOf(order)
  await shop.release(shipment)
  const [pick] = (await shop.shipment(shipment)).lines[0].picks
  await shop.post(`/v1/picks/${pick.id}/short`, { quantity: 1, reason: 'not_found' })
  const recount = (await openTasks()).find((task) => task.kind === 'recount')
  expect(recount).toBeDefined()
  // 5 less the one not found: 4 are counted, and nothing differs.
  const count = { warehouse_id: shop.warehouses.W1, task_id: recount.id, lines: [{ sku: 'A', location_code: 'A-1', counted: 4 }] }
  const counted = await shop.post('/v1/stock-counts', count)
  expect(counted.lines[0]).toMatchObject({ difference: 0 })
  expect((await openTasks()).filter((task) => task.kind === 'recount')).toEqual([])
  expect(await shop.get(`/v1/tasks/${recount.id}`)).toMatchObject({ status: 'done' })
  // Booked once more for the finished task, it is a count like any other.
  await shop.post('/v1/stock-counts', count)
  await shop.proves()
})

test('a deleted rule is asked no more and leaves the list; what it did stays in the log', async () => {
  const rule = await shop.post('/v1/automation-rules', {
    name: 'Hold large orders',
    trigger: 'order_placed',
    condition: 'order.total > 1000',
    actions: [{ kind: 'hold', type: 'manual', note: 'large' }],
  })
  const held = await shop.place({ lines: [line('A', 2, 1000)] })
  expect((await shop.order(held)).holds).toHaveLength(1)
  const stale = await program.call('DELETE', `/v1/automation-rules/${rule.id}`, { key: shop.key, headers: { 'if-match': '"7"' } })
  expect(stale.status).toBe(409)
  expect((await shop.call('DELETE', `/v1/automation-rules/${rule.id}`)).status).toBe(200)
  expect((await shop.get('/v1/automation-rules')).data).toEqual([])
  expect((await shop.call('PATCH', `/v1/automation-rules/${rule.id}`, { is_enabled: true })).status).toBe(404)
  const free = await shop.place({ lines: [line('A', 2, 1000)] })
  expect((await shop.order(free)).holds).toEqual([])
  const { data } = await shop.get('/v1/automation-runs')
  expect(data).toMatchObject([{ rule_id: rule.id, outcome: 'matched' }])
  // The hold that it put is a person's to release.
  expect((await shop.order(held)).holds[0].released_at).toBeNull()
  await shop.proves()
})
