import { commandRoute, queryRoute, type Route } from '../../kernel/http/route.ts'
import { createParty } from './commands/create-party.ts'
import { updateParty } from './commands/update-party.ts'
import { getParty } from './queries/get-party.ts'
import { listParties } from './queries/list-parties.ts'

const tag = 'Parties'
const show = { query: getParty, by: (written: { id: string }) => ({ party_id: written.id }) }
const example = {
  name: 'Ana Anić',
  email: 'ana@example.com',
  is_customer: true,
  is_supplier: false,
  tax_ids: [{ scheme: 'rs_pib', value: '104052135' }],
  addresses: [{ name: 'Ana Anić', line1: 'Knez Mihailova 1', city: 'Beograd', postcode: '11000', country: 'RS' }],
}

/** Customers and suppliers over HTTP. */
export const partiesRoutes: Route[] = [
  queryRoute(listParties, { path: '/v1/parties', tag }),
  commandRoute(createParty, { method: 'POST', path: '/v1/parties', tag, show, example }),
  queryRoute(getParty, { path: '/v1/parties/:party_id', tag }),
  commandRoute(updateParty, { method: 'PATCH', path: '/v1/parties/:party_id', tag, show, example: { email: null, is_supplier: true } }),
]
