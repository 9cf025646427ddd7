import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../kernel/database.ts'
import { exactly, Instant, nullable, Uuid } from '../../kernel/schema.ts'
import { findActorNames } from '../identity/index.ts'

export const NOTE_DOCUMENTS = ['customer', 'item', 'order'] as const
export const NOTE_STEPS = ['intake', 'release', 'pick', 'pack', 'ship', 'return', 'invoice'] as const

/** A note as people read it: on what, at which steps it shows, who wrote it. */
export const NoteView = exactly({
  id: Uuid,
  document_type: Type.Enum([...NOTE_DOCUMENTS]),
  document_id: Uuid,
  text: Type.String(),
  show_at: Type.Array(Type.Enum([...NOTE_STEPS])),
  created_at: Instant,
  created_by_name: nullable(Type.String()),
  updated_at: Instant,
  updated_by_name: nullable(Type.String()),
  archived_at: nullable(Instant),
  version: Type.Integer(),
})
export type NoteView = Static<typeof NoteView>

interface NoteRow extends Omit<NoteView, 'created_at' | 'updated_at' | 'archived_at' | 'created_by_name' | 'updated_by_name'> {
  created_at: Date
  created_by: string | null
  updated_at: Date
  updated_by: string | null
  archived_at: Date | null
}

/** Notes that a condition on `parties.note n` finds, oldest first, at most 200, with names. */
export async function readNotes(tx: Tx, orgId: number, where: RawBuilder<unknown>): Promise<NoteView[]> {
  const { rows } = await sql<NoteRow>`
    select n.id, n.document_type, n.document_id, n.text, n.show_at, n.created_at, n.created_by, n.updated_at, n.updated_by, n.archived_at, n.version
      from parties.note n where n.org_id = ${orgId} and ${where} order by n.created_at, n.id limit 200`.execute(tx)
  const names = await findActorNames(
    tx,
    orgId,
    rows.flatMap((row) => [row.created_by, row.updated_by].filter((id) => id !== null)),
  )
  return rows.map(({ created_by, updated_by, ...row }) => ({
    ...row,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    archived_at: row.archived_at?.toISOString() ?? null,
    created_by_name: names.get(created_by ?? '') ?? null,
    updated_by_name: names.get(updated_by ?? '') ?? null,
  }))
}
