import { commandRoute, customRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { runQuery } from '../../kernel/runner.ts'
import { createCarrier } from './commands/create-carrier.ts'
import { updateCarrier } from './commands/update-carrier.ts'
import { getCarrier, listCarriers } from './queries/list-carriers.ts'
import { quoteRates } from './queries/quote-rates.ts'

const tag = 'Carriers'
const show = { query: getCarrier, by: (written: { id: string }) => ({ carrier_id: written.id }) }

/** Carriers and their rates over HTTP. */
export const carriersRoutes: Route[] = [
  queryRoute(listCarriers, { path: '/v1/carriers', tag }),
  commandRoute(createCarrier, {
    method: 'POST',
    path: '/v1/carriers',
    tag,
    show,
    example: { code: 'courier', name: 'City courier', kind: 'manual', config: { services: [{ code: 'standard', name: 'Standard' }] } },
  }),
  queryRoute(getCarrier, { path: '/v1/carriers/:carrier_id', tag }),
  commandRoute(updateCarrier, { method: 'PATCH', path: '/v1/carriers/:carrier_id', tag, show, example: { is_active: false } }),
  customRoute({
    ...quoteRates,
    method: 'POST',
    path: '/v1/carriers/:carrier_id/rates',
    tag,
    status: 200,
    example: { to: { country: 'RS', postcode: '11000' }, weight_g: 1200 },
    run: (call) => runQuery(call.system, call.ctx, quoteRates, call.input),
  }),
]
