import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { NOTE_STEPS, NoteView, readNotes } from '../notes.ts'

const MANY = 'up to 100 ids, joined by commas'

/** Notes of some documents, those of one step or all, oldest first; archived ones only when asked for. */
export const listNotes = defineQuery({
  name: 'parties.list_notes',
  permission: 'parties.read',
  summary: 'List notes of customers, items and orders',
  input: exactly({
    document_ids: Type.String({ pattern: '^[0-9a-fA-F-]{36}(,[0-9a-fA-F-]{36}){0,99}$', description: MANY }),
    step: Type.Optional(Type.Enum([...NOTE_STEPS])),
    archived: Type.Optional(Type.Boolean()),
  }),
  output: exactly({ data: Type.Array(NoteView) }),

  async run({ tx, ctx }, { document_ids, step, archived = false }) {
    const atStep = step === undefined ? sql`true` : sql`${step} = any(n.show_at)`
    const data = await readNotes(
      tx,
      ctx.orgId,
      sql`n.document_id = any(${document_ids.split(',')}::uuid[]) and ${atStep} and (${archived} or n.archived_at is null)`,
    )
    return { data }
  },
})

/**
 * One note.
 * @throws `parties.not_found`
 */
export const getNote = defineQuery({
  name: 'parties.get_note',
  permission: 'parties.read',
  summary: 'Get a note',
  input: exactly({ note_id: Uuid }),
  output: NoteView,
  errors: ['parties.not_found'],

  async run({ tx, ctx }, { note_id }) {
    const [note] = await readNotes(tx, ctx.orgId, sql`n.id = ${note_id}::uuid`)
    if (note === undefined) throw notFound('parties.note', note_id)
    return note
  },
})
