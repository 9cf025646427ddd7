import { expect, test } from 'vitest'
import { orderOf, seedBusiness } from '../browser/business.ts'
import { useApp } from '../support/app.ts'

const server = useApp()

for (const backorder of [false, true])
  test(`a shipment that was split, combined again and holds one order line twice moves whole${backorder ? ', the rest waiting there' : ''}`, async () => {
    const organization = await server.createOrganization()
    const { call, key, warehouseIds } = await seedBusiness(server, { organization: organization.id, email: '', stock: true })
    // Each warehouse has 40; 4 more come to Novi Sad, so that an order of 44 fits there and Beograd lacks 4.
    const wanted = backorder ? 44 : 3
    if (backorder)
      await call('POST', '/v1/goods-receipts', {
        kind: 'opening',
        warehouse_id: warehouseIds[0],
        currency: 'EUR',
        lines: [{ sku: '85123A', quantity: 4, unit_cost: { amount: 100, scale: 2 }, location_code: 'A-01' }],
      })
    const { id } = await call('POST', '/v1/orders', orderOf('MOVE-1', [{ sku: '85123A', quantity: wanted }]))
    const shipmentsOf = async () => (await call('GET', `/v1/orders/${String(id)}`))['shipments'] as { id: string; status: string }[]
    const [first] = await shipmentsOf()
    const [line] = (await call('GET', `/v1/shipments/${first?.id}`))['lines'] as { id: string }[]
    const split = await call('POST', `/v1/shipments/${first?.id}/split`, { lines: [{ line_id: line?.id, quantity: 1 }] })
    await call('POST', '/v1/shipments/combine', { shipment_ids: [first?.id, split['new_shipment_id']] })
    const whole = (await shipmentsOf()).find(({ status }) => status === 'planned')
    const moved = await server.call('POST', `/v1/shipments/${whole?.id}/move`, { key, body: { warehouse_id: warehouseIds[1], backorder } })
    expect(moved.status).toBe(200)
    const order = await call('GET', `/v1/orders/${String(id)}`)
    // 3 of 3 promised at Beograd; of 44 its 40 are, and 4 wait.
    expect(order['lines']).toMatchObject([backorder ? { reserved: 40, backordered: 4 } : { reserved: 3, backordered: 0 }])
    expect(await call('POST', '/v1/verification', {})).toMatchObject({ ok: true })
  })
