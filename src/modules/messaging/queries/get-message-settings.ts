import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { templateKey, templateWords } from '../commands/save-template.ts'
import { defaultTemplate, type TemplateWords } from '../default-templates.ts'
import { MESSAGE_LANGUAGES, type MessageLanguage } from '../language.ts'
import { CUSTOMER_KINDS, type CustomerKind, VARIABLES } from '../message-kind.ts'
import { readSender, Sender, showSender } from '../sender.ts'

/** How e-mail is sent. */
export const getSender = defineQuery({
  name: 'messaging.get_sender',
  permission: 'messaging.read',
  summary: 'Show how e-mail is sent',
  input: exactly({}),
  output: Sender,
  run: async ({ tx, ctx }) => showSender(await readSender(tx, ctx.orgId)),
})

/** Switches that were set; a kind without one is on, for marketplaces off. */
export const listSwitches = defineQuery({
  name: 'messaging.list_switches',
  permission: 'messaging.read',
  summary: 'List which messages are switched on or off',
  input: exactly({}),
  output: exactly({
    data: Type.Array(exactly({ kind: Type.String(), channel_id: nullable(Uuid), is_on: Type.Boolean() })),
    next_cursor: Type.Null(),
  }),
  async run({ tx, ctx }) {
    const { rows } = await sql<{ kind: string; channel_id: string | null; is_on: boolean }>`
      select kind, nullif(channel_id, ${ZERO_ID}::uuid) as channel_id, is_on from messaging.message_switch
       where org_id = ${ctx.orgId} order by kind, channel_id limit 1000`.execute(tx)
    return { data: rows, next_cursor: null }
  },
})

/** `version` 0: the built-in words. */
const TemplateView = exactly({ ...templateKey, ...templateWords, is_custom: Type.Boolean(), version: Type.Integer({ minimum: 0 }) })

/** Every message in every language, as it is worded now, and the variables it may name. */
export const listTemplates = defineQuery({
  name: 'messaging.list_templates',
  permission: 'messaging.read',
  summary: 'List the words of messages',
  input: exactly({}),
  output: exactly({
    data: Type.Array(TemplateView),
    variables: Type.Array(exactly({ name: Type.String(), inside: nullable(Type.String()) })),
    next_cursor: Type.Null(),
  }),
  async run({ tx, ctx }) {
    const stored = await readTemplates(tx, ctx.orgId)
    const data = CUSTOMER_KINDS.flatMap((kind) =>
      MESSAGE_LANGUAGES.map((language) => {
        const own = stored.get(`${kind}/${language}`)
        const { subject, html, text } = own ?? defaultTemplate(kind, language)
        return { kind, language, subject, html, text, is_custom: own !== undefined, version: own?.version ?? 0 }
      }),
    )
    return { data, variables: [...VARIABLES], next_cursor: null }
  },
})

/** The organization's own words by `kind/language`. At most one each. */
async function readTemplates(tx: Tx, orgId: number): Promise<Map<string, TemplateWords & { version: number }>> {
  const { rows } = await sql<TemplateWords & { kind: string; language: string; version: number }>`
    select kind, language, subject, html, text, version from messaging.template where org_id = ${orgId} limit 100`.execute(tx)
  return new Map(rows.map((row) => [`${row.kind}/${row.language}`, row]))
}

/** The words of one message: the organization's, else the built-in ones. */
export async function readTemplate(tx: Tx, orgId: number, kind: CustomerKind, language: MessageLanguage): Promise<TemplateWords> {
  const { rows } = await sql<TemplateWords>`
    select subject, html, text from messaging.template where org_id = ${orgId} and kind = ${kind} and language = ${language}`.execute(tx)
  return rows[0] ?? defaultTemplate(kind, language)
}
