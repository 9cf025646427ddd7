import { beforeAll, describe, expect, test } from 'vitest'
import { useApp } from '../../../test/support/app.ts'
import { placeOrder } from '../../../test/support/floor.ts'
import { readPdf } from '../../../test/support/read-pdf.ts'
import type { Context } from '../../kernel/context.ts'

const program = useApp()
let key: string
let ctx: Context
let itemId: string
let warehouseId: string

beforeAll(async () => {
  const organization = await program.createOrganization('Čačak Mugs d.o.o.')
  key = await program.createKey(organization.id, 'operations')
  ctx = await program.runtime.contextOf(organization.id, 'system')
  itemId = (await post('/v1/items', { sku: 'MUG-RED', name: 'Red mug', kind: 'stocked', weight_g: 320 })).body.id
  warehouseId = (
    await post('/v1/warehouses', {
      code: 'NS',
      name: 'Novi Sad',
      country: 'RS',
      postcode: '21000',
      address: { line1: 'Bulevar oslobođenja 12', city: 'Novi Sad' },
    })
  ).body.id
})

function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return program.call('POST', url, { key, body, headers })
}

function get(url: string) {
  return program.call('GET', url, { key })
}

async function pdf(method: 'GET' | 'POST', url: string, body?: unknown) {
  const answer = await program.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { payload: body as object }),
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('application/pdf')
  return readPdf(new Uint8Array(answer.rawPayload), 203)
}

describe('over HTTP', () => {
  let shipmentId: string

  test('goods come in, an order is released, picked and packed', async () => {
    const receipt = await post(
      '/v1/goods-receipts',
      {
        kind: 'supplier',
        warehouse_code: 'NS',
        supplier_name: 'Potter & Co',
        currency: 'EUR',
        lines: [{ sku: 'MUG-RED', quantity: 10, unit_cost: { amount: 400 } }],
      },
      { 'idempotency-key': 'r1' },
    )
    expect(receipt).toMatchObject({
      status: 201,
      body: {
        number: 1,
        status: 'received',
        warehouse_code: 'NS',
        lines: [{ received_quantity: 10, value: { amount: 4000, currency: 'EUR' } }],
      },
    })
    expect((await get('/v1/goods-receipts?status=received')).body.data).toMatchObject([
      { id: receipt.body.id, supplier_name: 'Potter & Co' },
    ])
    shipmentId = (await placeOrder(program.runtime.system, ctx, { warehouseId, lines: [{ itemId, quantity: 5 }] })).shipmentId
    const released = await post('/v1/shipments/release', { shipment_ids: [shipmentId] })
    expect(released).toMatchObject({ status: 200, body: { pick_lists: [{ number: 1 }], outcomes: [{ ok: true }] } })
    expect((await post('/v1/shipments/release', { shipment_ids: [shipmentId] })).body.outcomes).toMatchObject([
      { ok: false, error: { code: 'warehouse.wrong_step', status: 422 } },
    ])
    const list = await get(`/v1/pick-lists/${released.body.pick_lists[0].id}`)
    expect(list.body.picks).toMatchObject([{ location_code: 'RECEIVING', sku: 'MUG-RED', quantity: 5, shipment_number: 1 }])
    expect((await post('/v1/picks', { picks: [{ pick_id: list.body.picks[0].id, quantity: 2 }] })).body.outcomes).toMatchObject([
      { ok: true, shipment_status: 'released' },
    ])
    const pages = await pdf('GET', `/v1/pick-lists/${list.body.id}/pick-list.pdf`)
    expect(pages[0]?.barcodes.map((barcode) => barcode.text)).toContain('P-1')
    expect((await post(`/v1/pick-lists/${list.body.id}/picking`, {})).body).toMatchObject({ status: 'done', open_pick_count: 0 })
    expect(await get(`/v1/shipments/${shipmentId}/label.pdf`)).toMatchObject({ status: 422, body: { code: 'warehouse.no_parcel' } })
    expect(
      (
        await post(`/v1/shipments/${shipmentId}/packing`, {
          carrier: 'manual',
          parcels: [{ weight_g: 900, tracking_number: 'RR123456785RS' }, { weight_g: 700 }],
        })
      ).body,
    ).toMatchObject({ status: 'packed', parcels: [{ tracking_number: 'RR123456785RS' }, { tracking_number: null }] })
  })

  test('barcodes of label and packing slip read back, alone and many in one', async () => {
    const { body } = await get(`/v1/shipments/${shipmentId}`)
    const labels = await pdf('GET', `/v1/shipments/${shipmentId}/label.pdf`)
    expect(labels.map((page) => page.barcodes.map((barcode) => barcode.text.replaceAll(/[^\w-]/g, '')))).toEqual([
      ['RR123456785RS', `00${body.parcels[0].sscc}`],
      ['S-1-2', `00${body.parcels[1].sscc}`],
    ])
    expect(labels[0]?.text).toContain('Čačak Mugs d.o.o.')
    expect(labels[0]?.text).toContain('10482')
    const slips = await pdf('POST', '/v1/documents', { kind: 'packing_slip', ids: [shipmentId, shipmentId] })
    expect(slips.map((page) => page.barcodes.map((barcode) => barcode.text))).toEqual([['S-1'], ['S-1']])
    expect(slips[0]?.text).toContain('MUG-RED')
    expect((await pdf('GET', `/v1/shipments/${shipmentId}/packing-slip.pdf`))[0]?.text).toContain('Ana Anić')
    const zpl = await get(`/v1/shipments/${shipmentId}/label.zpl`)
    expect(zpl.headers['content-type']).toContain('application/zpl')
    expect(zpl.text.match(/\^XA/g)).toHaveLength(2)
    expect(await post('/v1/documents', { kind: 'pick_list', ids: [shipmentId], format: 'zpl' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/format' }] },
    })
  })

  test('a part is shipped, the rest stays; it is found by number, order and tracking number; returns and rates answer', async () => {
    const before = (await get(`/v1/shipments/${shipmentId}`)).body
    const shipped = await post(`/v1/shipments/${shipmentId}/shipping`, { lines: [{ shipment_line_id: before.lines[0].id, quantity: 3 }] })
    expect(shipped).toMatchObject({ status: 200, body: { id: shipmentId, status: 'shipped', shipped_quantity: 3 } })
    expect((await get('/v1/shipments?status=picked')).body.data).toMatchObject([{ id: shipped.body.remainder_shipment_id, quantity: 2 }])
    for (const q of ['S-1', '10482', 'RR123456785', 'Ana'])
      expect((await get(`/v1/shipments?q=${encodeURIComponent(q)}&status=shipped`)).body.data, q).toHaveLength(1)
    expect(
      (
        await post('/v1/shipments/shipping-batch', {
          shipments: [{ shipment_id: shipmentId }, { shipment_id: shipped.body.remainder_shipment_id, carrier: 'manual' }],
        })
      ).body.outcomes,
    ).toMatchObject([{ ok: false, error: { code: 'warehouse.wrong_step' } }, { ok: true }])
    expect((await post(`/v1/shipments/${shipmentId}/delivery`, {})).body).toMatchObject({ status: 'delivered' })
    const carriers = (await get('/v1/carriers')).body.data
    expect(carriers).toMatchObject([{ code: 'manual', services: [{ code: 'standard' }] }])
    expect(
      (await post(`/v1/carriers/${carriers[0].id}/rates`, { to: { country: 'RS', postcode: '11000' }, weight_g: 100 })).body.rates,
    ).toMatchObject([{ service: 'standard', price: null }])
  })

  test('a viewer reads and may not pick', async () => {
    const viewer = await program.createKey(ctx.orgId, 'viewer')
    expect((await program.call('GET', '/v1/shipments', { key: viewer })).status).toBe(200)
    expect(await program.call('POST', `/v1/shipments/${shipmentId}/picking`, { key: viewer, body: {} })).toMatchObject({
      status: 403,
      body: { code: 'kernel.forbidden' },
    })
  })
})
