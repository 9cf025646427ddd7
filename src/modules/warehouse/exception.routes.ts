import type { TSchema } from 'typebox'
import type { Command } from '../../kernel/command.ts'
import { commandRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { loseShipment, refuseShipment, voidShipment } from './commands/end-shipments.ts'
import { acknowledgePickList, cancelTask, completeTask } from './commands/finish-task.ts'
import { pickFound, recordFound, shortPick } from './commands/pick-exceptions.ts'
import { findLostGoods } from './commands/find-lost-goods.ts'
import { acceptClaim, payClaim, rejectClaim, repayClaim } from './commands/settle-claims.ts'
import { combineShipments, moveShipment, splitShipment } from './commands/shape-shipments.ts'
import { getCarrierClaim, listCarrierClaims } from './queries/list-carrier-claims.ts'
import { listCombinableShipments } from './queries/list-combinable.ts'
import { getPickList } from './queries/list-pick-lists.ts'
import { getShipment } from './queries/list-shipments.ts'
import { getTask, listTasks } from './queries/list-tasks.ts'

const shipping = 'Shipments'
const tasks = 'Tasks'
const claims = 'Carrier claims'
const showShipment = { query: getShipment, by: (written: unknown) => ({ shipment_id: (written as { shipment_id: string }).shipment_id }) }
const showTask = { query: getTask, by: (written: unknown) => ({ task_id: (written as { task_id: string }).task_id }) }
const showClaim = {
  query: getCarrierClaim,
  by: (written: unknown) => ({ carrier_claim_id: (written as { carrier_claim_id: string }).carrier_claim_id }),
}

/** What happens to one shipment beside the straight path: POST, answered with the shipment as it is then unless it makes another document. */
function onShipment<I extends TSchema, O extends TSchema>(command: Command<I, O>, name: string, example: unknown, shown: boolean): Route {
  return commandRoute(command, {
    method: 'POST',
    path: `/v1/shipments/:shipment_id/${name}`,
    tag: shipping,
    status: 200,
    example,
    ...(shown ? { show: showShipment } : {}),
  })
}

function onClaim<I extends TSchema, O extends TSchema>(command: Command<I, O>, name: string, example: unknown): Route {
  return commandRoute(command, {
    method: 'POST',
    path: `/v1/carrier-claims/:carrier_claim_id/${name}`,
    tag: claims,
    status: 200,
    example,
    show: showClaim,
  })
}

/** Shipments split, combined, moved, refused, lost and voided; short and found picks; tasks; claims on carriers. */
export const exceptionRoutes: Route[] = [
  queryRoute(listCombinableShipments, { path: '/v1/shipments/combinable', tag: shipping }),
  commandRoute(combineShipments, { method: 'POST', path: '/v1/shipments/combine', tag: shipping, status: 200, show: showShipment }),
  onShipment(splitShipment, 'split', undefined, false),
  onShipment(moveShipment, 'move', undefined, true),
  onShipment(refuseShipment, 'refuse', { reason: 'refused' }, false),
  onShipment(loseShipment, 'lost', { reason: 'the carrier cannot find it', amount_claimed: 4200 }, false),
  onShipment(voidShipment, 'void', { reason: 'scanned the wrong one' }, false),
  commandRoute(shortPick, {
    method: 'POST',
    path: '/v1/picks/:pick_id/short',
    tag: shipping,
    status: 200,
    example: { quantity: 2, reason: 'not_found' },
    show: showShipment,
  }),
  commandRoute(pickFound, { method: 'POST', path: '/v1/picks/found', tag: shipping }),
  commandRoute(recordFound, { method: 'POST', path: '/v1/stock/found', tag: 'Stock' }),
  commandRoute(acknowledgePickList, {
    method: 'POST',
    path: '/v1/pick-lists/:pick_list_id/acknowledgment',
    tag: shipping,
    status: 200,
    show: { query: getPickList, by: (written) => ({ pick_list_id: written.pick_list_id }) },
  }),
  queryRoute(listTasks, { path: '/v1/tasks', tag: tasks }),
  queryRoute(getTask, { path: '/v1/tasks/:task_id', tag: tasks }),
  commandRoute(completeTask, {
    method: 'POST',
    path: '/v1/tasks/:task_id/done',
    tag: tasks,
    status: 200,
    example: { location_code: 'A-01-1' },
    show: showTask,
  }),
  commandRoute(cancelTask, {
    method: 'POST',
    path: '/v1/tasks/:task_id/cancellation',
    tag: tasks,
    status: 200,
    example: { reason: 'done by hand' },
    show: showTask,
  }),
  queryRoute(listCarrierClaims, { path: '/v1/carrier-claims', tag: claims }),
  queryRoute(getCarrierClaim, { path: '/v1/carrier-claims/:carrier_claim_id', tag: claims }),
  onClaim(acceptClaim, 'acceptance', { amount: 4200 }),
  onClaim(rejectClaim, 'rejection', { reason: 'not insured' }),
  onClaim(payClaim, 'payment', { amount: 4200 }),
  onClaim(repayClaim, 'repayment', { amount: 4200 }),
  onClaim(findLostGoods, 'finding', { outcome: 'returned' }),
]
