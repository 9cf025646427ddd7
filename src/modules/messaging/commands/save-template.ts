import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { versionConflict } from '../../../kernel/errors.ts'
import { exactly } from '../../../kernel/schema.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { MESSAGE_LANGUAGES } from '../language.ts'
import { CUSTOMER_KINDS } from '../message-kind.ts'
import { templateInvalid } from '../messaging.errors.ts'
import { templateProblems } from '../template.ts'

/** Which template: what is told, in which language. */
export const templateKey = { kind: Type.Enum([...CUSTOMER_KINDS]), language: Type.Enum([...MESSAGE_LANGUAGES]) }

export const templateWords = {
  subject: Type.String({ minLength: 1, maxLength: 500 }),
  html: Type.String({ minLength: 1, maxLength: 100_000 }),
  text: Type.String({ minLength: 1, maxLength: 100_000 }),
}

/**
 * Words a message for this organization. Messages already queued keep the words they have.
 * @throws `messaging.template_invalid` (invalid) with every problem at its field, `kernel.version_conflict`
 */
export const saveTemplate = defineCommand({
  name: 'messaging.save_template',
  permission: 'messaging.manage',
  summary: 'Save the words of a message',
  input: exactly({ ...templateKey, ...templateWords, expected_version: Type.Optional(Type.Integer({ minimum: 0 })) }),
  output: exactly({ ...templateKey, version: Type.Integer() }),
  errors: ['messaging.template_invalid'],

  async run({ tx, ctx, now, emit }, { kind, language, expected_version, ...words }) {
    const problems = templateProblems(words)
    if (problems.length > 0) throw templateInvalid(problems)
    const { rows } = await sql<{ version: number }>`
      select version from messaging.template where org_id = ${ctx.orgId} and kind = ${kind} and language = ${language} for update`.execute(
      tx,
    )
    const current = rows[0]?.version ?? 0
    if (expected_version !== undefined && expected_version !== current) throw versionConflict(expected_version, current)
    const { rows: saved } = await sql<{ version: number }>`
      insert into messaging.template (org_id, kind, language, subject, html, text, version, updated_at)
      values (${ctx.orgId}, ${kind}, ${language}, ${words.subject}, ${words.html}, ${words.text}, 1, ${now})
      on conflict (org_id, kind, language) do update set subject = excluded.subject, html = excluded.html, text = excluded.text, updated_at = excluded.updated_at,
             version = template.version + 1 returning version`.execute(tx)
    const version = saved[0]?.version ?? 1
    emit({ type: 'messaging.template_saved', documentType: 'template', documentId: ZERO_ID, payload: { kind, language, version } })
    return { kind, language, version }
  },
})

/** Takes the organization's words away: the built-in ones hold again. */
export const resetTemplate = defineCommand({
  name: 'messaging.reset_template',
  permission: 'messaging.manage',
  summary: 'Go back to the built-in words of a message',
  input: exactly({ ...templateKey }),
  output: exactly({ ...templateKey }),

  async run({ tx, ctx, emit }, { kind, language }) {
    const { rows } =
      await sql`delete from messaging.template where org_id = ${ctx.orgId} and kind = ${kind} and language = ${language} returning kind`.execute(
        tx,
      )
    if (rows.length > 0)
      emit({ type: 'messaging.template_reset', documentType: 'template', documentId: ZERO_ID, payload: { kind, language } })
    return { kind, language }
  },
})
