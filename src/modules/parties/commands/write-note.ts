import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import { NOTE_DOCUMENTS, NOTE_STEPS } from '../notes.ts'

const Text = Type.String({ minLength: 1, maxLength: 2000 })
const Steps = Type.Array(Type.Enum([...NOTE_STEPS]), {
  maxItems: NOTE_STEPS.length,
  uniqueItems: true,
  description: 'where it shows besides its own page',
})
const Written = exactly({ note_id: Uuid })

/** Notes on a customer, an item or an order. The document is named by id; notes of one that is not there are seen by nobody. */
export const createNote = defineCommand({
  name: 'parties.create_note',
  permission: 'parties.write_notes',
  summary: 'Write a note on a customer, an item or an order',
  input: exactly({ document_type: Type.Enum([...NOTE_DOCUMENTS]), document_id: Uuid, text: Text, show_at: Type.Optional(Steps) }),
  output: Written,

  async run(run, { document_type, document_id, text, show_at }) {
    const id = run.newId()
    await sql`
      insert into parties.note (org_id, id, document_type, document_id, text, show_at, created_at, created_by, updated_at, updated_by)
      values (${run.ctx.orgId}, ${id}::uuid, ${document_type}, ${document_id}::uuid, ${text}, ${show_at ?? []}, ${run.now}, ${run.ctx.actor.id}::uuid, ${run.now}, ${run.ctx.actor.id}::uuid)`.execute(
      run.tx,
    )
    run.emit({
      type: 'parties.note_written',
      documentType: document_type,
      documentId: document_id,
      payload: { note_id: id, show_at: show_at ?? [] },
      personal: { text },
    })
    return { note_id: id }
  },
})

/**
 * Changes a note's words or where it shows, archives it or brings it back.
 * @throws `parties.not_found`, `kernel.version_conflict` (conflict)
 */
export const updateNote = defineCommand({
  name: 'parties.update_note',
  permission: 'parties.write_notes',
  summary: 'Change or archive a note',
  input: exactly({
    note_id: Uuid,
    expected_version: ExpectedVersion,
    text: Type.Optional(Text),
    show_at: Type.Optional(Steps),
    archived: Type.Optional(Type.Boolean()),
  }),
  output: Written,
  errors: ['parties.not_found'],

  async run(run, { note_id, expected_version, text, show_at, archived }) {
    const before = await lockNote(run, note_id)
    if (expected_version !== undefined && expected_version !== before.version) throw versionConflict(expected_version, before.version)
    await sql`
      update parties.note set text = coalesce(${text ?? null}::text, text), show_at = coalesce(${show_at ?? null}::text[], show_at),
             archived_at = case when ${archived ?? null}::boolean is null then archived_at when ${archived ?? false} then coalesce(archived_at, ${run.now}::timestamptz) end,
             updated_at = ${run.now}, updated_by = ${run.ctx.actor.id}::uuid, version = version + 1
       where org_id = ${run.ctx.orgId} and id = ${note_id}::uuid`.execute(run.tx)
    run.emit({
      type: 'parties.note_written',
      documentType: before.documentType,
      documentId: before.documentId,
      payload: { note_id, ...(show_at === undefined ? {} : { show_at }), ...(archived === undefined ? {} : { archived }) },
      ...(text === undefined ? {} : { personal: { text } }),
    })
    return { note_id }
  },
})

async function lockNote(run: CommandRun, id: string): Promise<{ documentType: string; documentId: string; version: number }> {
  const { rows } = await sql<{ documentType: string; documentId: string; version: number }>`
    select document_type as "documentType", document_id as "documentId", version from parties.note where org_id = ${run.ctx.orgId} and id = ${id}::uuid for update`.execute(
    run.tx,
  )
  const [note] = rows
  if (note === undefined) throw notFound('parties.note', id)
  return note
}
