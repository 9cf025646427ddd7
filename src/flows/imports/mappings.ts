import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand, defineQuery } from '../../kernel/command.ts'
import { notFound } from '../../kernel/errors.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { Kind } from './import-run.ts'
import { ImportSettings } from './import-settings.ts'

const Name = Type.String({ minLength: 1, maxLength: 100 })

/** A way of reading a file that an organization gets again and again. */
export const ImportMapping = exactly({ id: Uuid, name: Name, kind: Kind, settings: ImportSettings })
export type ImportMapping = Static<typeof ImportMapping>

/** Saves how a file is read under a name; the same name of the same kind is replaced. */
export const saveMapping = defineCommand({
  name: 'imports.save_mapping',
  permission: 'imports.run',
  summary: 'Save how a file is read under a name',
  input: exactly({ name: Name, kind: Kind, settings: ImportSettings }),
  output: exactly({ id: Uuid }),
  async run({ tx, ctx, now, newId, emit }, { name, kind, settings }) {
    const { rows } = await sql<{ id: string }>`
      insert into imports.import_mapping (org_id, id, name, kind, settings, created_at, updated_at)
      values (${ctx.orgId}, ${newId()}, ${name.trim()}, ${kind}, ${JSON.stringify(settings)}::jsonb, ${now}, ${now})
      on conflict (org_id, kind, name) do update set settings = excluded.settings, updated_at = excluded.updated_at returning id`.execute(
      tx,
    )
    const id = rows[0]?.id ?? ''
    emit({ type: 'imports.mapping_saved', documentType: 'imports.import_mapping', documentId: id, payload: { name: name.trim(), kind } })
    return { id }
  },
})

/**
 * Forgets a saved mapping; imports that used it keep their own copy.
 * @throws `imports.not_found`
 */
export const deleteMapping = defineCommand({
  name: 'imports.delete_mapping',
  permission: 'imports.run',
  summary: 'Forget a saved mapping',
  input: exactly({ mapping_id: Uuid }),
  output: exactly({ id: Uuid }),
  errors: ['imports.not_found'],
  async run({ tx, ctx, emit }, { mapping_id }) {
    const { rows } = await sql<{ name: string }>`
      delete from imports.import_mapping where org_id = ${ctx.orgId} and id = ${mapping_id} returning name`.execute(tx)
    if (rows[0] === undefined) throw notFound('imports.import_mapping', mapping_id)
    emit({
      type: 'imports.mapping_deleted',
      documentType: 'imports.import_mapping',
      documentId: mapping_id,
      payload: { name: rows[0].name },
    })
    return { id: mapping_id }
  },
})

/** Most mappings that are listed. */
const MAX_LISTED = 500

/** Saved mappings by kind and name. */
export const listMappings = defineQuery({
  name: 'imports.list_mappings',
  permission: 'imports.read',
  summary: 'List saved mappings',
  input: exactly({}),
  output: exactly({ data: Type.Array(ImportMapping) }),
  async run({ tx, ctx }) {
    const { rows } = await sql<ImportMapping>`
      select id, name, kind, settings from imports.import_mapping where org_id = ${ctx.orgId} order by kind, name limit ${MAX_LISTED}`.execute(
      tx,
    )
    return { data: rows }
  },
})
