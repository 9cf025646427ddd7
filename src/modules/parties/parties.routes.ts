import { commandRoute, queryRoute, type Route } from '../../kernel/http/route.ts'
import { createParty } from './commands/create-party.ts'
import { createNote, updateNote } from './commands/write-note.ts'
import { updateParty } from './commands/update-party.ts'
import { getNote, listNotes } from './queries/list-notes.ts'
import { getParty } from './queries/get-party.ts'
import { listParties } from './queries/list-parties.ts'

const tag = 'Parties'
const show = { query: getParty, by: (written: { id: string }) => ({ party_id: written.id }) }
const showNote = { query: getNote, by: (written: { note_id: string }) => ({ note_id: written.note_id }) }
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
  queryRoute(listNotes, { path: '/v1/notes', tag }),
  queryRoute(getNote, { path: '/v1/notes/:note_id', tag }),
  commandRoute(createNote, {
    method: 'POST',
    path: '/v1/notes',
    tag,
    show: showNote,
    example: { document_type: 'customer', document_id: '0199b3a2-0000-7000-8000-000000000001', text: 'Pack as a gift', show_at: ['pack'] },
  }),
  commandRoute(updateNote, { method: 'PATCH', path: '/v1/notes/:note_id', tag, show: showNote, example: { archived: true } }),
  queryRoute(listParties, { path: '/v1/parties', tag }),
  commandRoute(createParty, { method: 'POST', path: '/v1/parties', tag, show, example }),
  queryRoute(getParty, { path: '/v1/parties/:party_id', tag }),
  commandRoute(updateParty, { method: 'PATCH', path: '/v1/parties/:party_id', tag, show, example: { email: null, is_supplier: true } }),
]
