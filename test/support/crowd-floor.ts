import { type Act, ask, at, post, shipmentOf } from './crowd-world.ts'
import type { Shown } from './shop.ts'

const codeOf = (place: number) => (place % 2 === 0 ? 'W1' : 'W2')

const release: Act = async (world, { which }) => {
  const id = at(world.orders, which)
  if (id !== undefined) await post(world, '/v1/shipments/release', { order_ids: [id] })
}

const pick: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'released')
  if (shipment !== undefined) await post(world, `/v1/shipments/${shipment.id}/picking`)
}

const openPick = async (...[world, deed]: Parameters<Act>): Promise<Shown> => {
  const shipment = await shipmentOf(world, deed, 'released')
  const picks = ((shipment?.lines ?? []) as Shown[]).flatMap((one) => one.picks as Shown[])
  return at(
    picks.filter((one) => one.status === 'open'),
    deed.quantity,
  )
}

const pickSome: Act = async (world, deed) => {
  const found = await openPick(world, deed)
  if (found !== undefined) await post(world, '/v1/picks', { picks: [{ pick_id: found.id, quantity: 1 }] })
}

const shortPick: Act = async (world, deed) => {
  const found = await openPick(world, deed)
  if (found === undefined) return
  await post(world, `/v1/picks/${found.id}/short`, { quantity: 1, reason: at(['not_found', 'damaged'], deed.other) })
}

const pickFound: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'released')
  const shipmentLine = at((shipment?.lines ?? []) as Shown[], deed.other)
  if (shipmentLine === undefined) return
  await post(world, '/v1/picks/found', { shipment_line_id: shipmentLine.id, location_code: 'A-2', quantity: 1 })
}

const pack: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'picked')
  if (shipment !== undefined) await post(world, `/v1/shipments/${shipment.id}/packing`)
}

const ship: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'picked', 'packed')
  if (shipment !== undefined) await post(world, `/v1/shipments/${shipment.id}/shipping`, { tracking_number: `T-${world.nextId()}` })
}

/** Release, pick and ship in one go, so that days have something to take back. */
const sendOff: Act = async (world, deed) => {
  await release(world, deed)
  await pick(world, deed)
  await ship(world, deed)
}

const shipPart: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'picked')
  const shipmentLine = at((shipment?.lines ?? []) as Shown[], deed.quantity)
  if (shipmentLine === undefined) return
  await post(world, `/v1/shipments/${shipment.id}/shipping`, { lines: [{ shipment_line_id: shipmentLine.id, quantity: 1 }] })
}

const cancelShipment: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'released', 'picked', 'packed')
  if (shipment !== undefined) await post(world, `/v1/shipments/${shipment.id}/cancellation`, { reason: 'wrong carrier' })
}

const split: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'planned', 'released', 'picked')
  const shipmentLine = at((shipment?.lines ?? []) as Shown[], deed.quantity)
  if (shipmentLine === undefined) return
  await post(world, `/v1/shipments/${shipment.id}/split`, { lines: [{ line_id: shipmentLine.id, quantity: 1 }] })
}

const combine: Act = async (world, deed) => {
  const one = await shipmentOf(world, deed, 'planned', 'released')
  const two = await shipmentOf(world, { ...deed, which: deed.which + 1 + deed.quantity }, 'planned', 'released')
  if (one === undefined || two === undefined) return
  await post(world, '/v1/shipments/combine', { shipment_ids: [one.id, two.id] })
}

const moveShipment: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'planned', 'released')
  if (shipment === undefined) return
  const target = shipment.warehouse_code === 'W1' ? world.shop.warehouses.W2 : world.shop.warehouses.W1
  await post(world, `/v1/shipments/${shipment.id}/move`, { warehouse_id: target, backorder: deed.quantity > 2, reason: 'closer' })
}

const deliver: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'shipped')
  if (shipment !== undefined) await post(world, `/v1/shipments/${shipment.id}/delivery`)
}

const partOf = (shipment: Shown, { other }: { other: number }): object =>
  other % 2 === 0 ? {} : { lines: [{ line_id: shipment.lines[0].id, quantity: 1 }] }

const refuse: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'shipped')
  if (shipment === undefined) return
  const done = await post(world, `/v1/shipments/${shipment.id}/refuse`, { reason: 'refused', ...partOf(shipment, deed) })
  if (done !== undefined) world.returns.push(done.return_receipt_id)
}

const lose: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'shipped')
  if (shipment === undefined) return
  const done = await post(world, `/v1/shipments/${shipment.id}/lost`, { reason: 'gone', amount_claimed: 900, ...partOf(shipment, deed) })
  if (done === undefined || deed.quantity === 1) return
  await post(world, `/v1/carrier-claims/${done.carrier_claim_id}/acceptance`, { amount: 800 })
  await post(world, `/v1/carrier-claims/${done.carrier_claim_id}/payment`, { amount: 777 })
}

const voidShipment: Act = async (world, deed) => {
  const shipment = await shipmentOf(world, deed, 'shipped')
  if (shipment !== undefined) await post(world, `/v1/shipments/${shipment.id}/void`, { reason: 'wrong box' })
}

const doTask: Act = async (world, { which }) => {
  const tasks = await ask(world, 'GET', '/v1/tasks?status=open')
  const task = at((tasks?.data ?? []) as Shown[], which)
  if (task !== undefined) await post(world, `/v1/tasks/${task.id}/done`)
}

const receive: Act = async (world, { which, other, quantity }) => {
  const expected = other % 3 === 0
  const receipt = await post(world, '/v1/goods-receipts', {
    kind: 'supplier',
    warehouse_code: codeOf(which),
    supplier_name: 'Maker',
    currency: 'EUR',
    ...(expected ? { expected_at: '2031-01-11T00:00:00Z' } : {}),
    lines: [
      {
        sku: which % 3 === 0 ? 'B' : 'A',
        unit_cost: { amount: 300 + 37 * other, scale: 2 },
        ...(expected ? { expected_quantity: quantity } : { quantity, location_code: 'A-1' }),
      },
    ],
  })
  if (receipt !== undefined) world.receipts.push(receipt.id)
}

const postReceipt: Act = async (world, { which, quantity }) => {
  const id = at(world.receipts, which)
  const receipt = id === undefined ? undefined : await ask(world, 'GET', `/v1/goods-receipts/${id}`)
  if (receipt === undefined) return
  await post(world, `/v1/goods-receipts/${id}/postings`, { lines: [{ line_id: receipt.lines[0].id, quantity, location_code: 'A-1' }] })
}

const reverseReceipt: Act = async (world, { which }) => {
  const id = at(world.receipts, which)
  if (id !== undefined) await post(world, `/v1/goods-receipts/${id}/reversal`, { reason: 'wrong' })
}

const scrap: Act = (world, { which, other, quantity }) =>
  post(world, '/v1/adjustments', {
    warehouse_id: world.shop.warehouses[codeOf(which)],
    kind: 'scrap',
    lines: [{ sku: other % 2 === 0 ? 'A' : 'B', location_code: 'A-1', quantity }],
  })

const find: Act = (world, { which, other }) =>
  post(world, '/v1/stock/found', {
    warehouse_id: world.shop.warehouses[codeOf(which)],
    sku: other % 2 === 0 ? 'A' : 'B',
    location_code: 'A-2',
    quantity: 1,
  })

const count: Act = (world, { which, other, quantity }) =>
  post(world, '/v1/stock-counts', {
    warehouse_id: world.shop.warehouses[codeOf(which)],
    lines: [{ sku: other % 2 === 0 ? 'A' : 'B', location_code: 'A-1', counted: quantity + 1 }],
  })

const moveStock: Act = (world, { which, other, quantity }) =>
  post(world, '/v1/stock-moves', {
    warehouse_id: world.shop.warehouses[codeOf(which)],
    lines: [
      { sku: other % 2 === 0 ? 'A' : 'B', from_location_code: 'A-1', to_location_code: other % 3 === 0 ? 'QUARANTINE' : 'A-2', quantity },
    ],
  })

const blockBin: Act = async (world, { which, other }) => {
  const { data } = await ask(world, 'GET', `/v1/locations?warehouse_id=${world.shop.warehouses[codeOf(which)]}`)
  const bin = (data as Shown[]).find((one) => one.code === 'A-2')
  await ask(world, 'PATCH', `/v1/locations/${bin.id}`, { blocked: other % 2 === 0 })
}

const inspect: Act = async (world, { which, other, quantity }) => {
  const id = at(world.returns, which)
  const receipt = id === undefined ? undefined : await ask(world, 'GET', `/v1/return-receipts/${id}`)
  if (receipt === undefined || receipt.lines.length === 0) return
  const inspections = `/v1/return-receipts/${id}/inspections`
  const own = { receipt_line_id: receipt.lines[0].id, quantity: Math.min(quantity, receipt.lines[0].quantity) }
  const disposition = at(['restock', 'scrap', 'repair', 'supplier', 'reject', 'restock'], other)
  await post(world, inspections, { lines: [{ ...own, disposition }] })
  const next = { repair: 'restock', supplier: 'send_to_supplier', reject: 'send_to_customer' }[disposition ?? '']
  if (next !== undefined) await post(world, inspections, { lines: [{ ...own, stage: disposition, disposition: next }] })
}

/** Deeds of the people on the floor, to shipments and stock. */
export const floorActs = {
  release,
  pick,
  pickSome,
  shortPick,
  pickFound,
  pack,
  ship,
  sendOff,
  shipPart,
  cancelShipment,
  split,
  combine,
  moveShipment,
  deliver,
  refuse,
  lose,
  voidShipment,
  doTask,
  receive,
  postReceipt,
  reverseReceipt,
  scrap,
  find,
  count,
  moveStock,
  blockBin,
  inspect,
} as const satisfies Record<string, Act>
