import { commandRoute, queryRoute, type Route } from '../../../kernel/http/index.ts'
import { getOrder } from '../queries/get-order.ts'
import { getSnapshot, listSnapshots } from './get-snapshots.ts'
import { manyViewsRoute } from './take-many.ts'
import { resolveChannelChange, takeChannelOrder } from './message-commands.ts'

const tag = 'Orders'

const view = {
  version: 7,
  status: 'open',
  currency: 'EUR',
  ship_to: { name: 'Ana Petrović', line1: 'Bulevar oslobođenja 1', city: 'Novi Sad', postcode: '21000', country: 'RS' },
  lines: [{ external_line_id: '1', sku: 'MUG-1', quantity: 2, canceled_quantity: 1, unit_price: { amount: 999 } }],
  payments: [{ kind: 'refunded', amount: 999, reference: 're_1', lines: [{ external_line_id: '1', quantity: 1, amount: 999 }] }],
}

/** What channels say of orders, and how their changes are settled, over HTTP. */
export const messagesRoutes: Route[] = [
  commandRoute(takeChannelOrder, {
    method: 'PUT',
    path: '/v1/channels/:channel_id/orders/:external_id',
    tag,
    example: view,
  }),
  manyViewsRoute(tag, view),
  queryRoute(listSnapshots, { path: '/v1/orders/:order_id/snapshots', tag }),
  queryRoute(getSnapshot, { path: '/v1/orders/:order_id/snapshots/:snapshot_id', tag }),
  commandRoute(resolveChannelChange, {
    method: 'POST',
    path: '/v1/orders/:order_id/channel-change/resolution',
    tag,
    status: 200,
    show: { query: getOrder, by: (written: { order_id: string }) => ({ order_id: written.order_id }) },
    example: { snapshot_id: '0199b3a2-0000-7000-8000-000000000001', take: 'theirs', fields: [{ path: 'ship_to', take: 'ours' }] },
  }),
]
