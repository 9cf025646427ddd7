import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import { versionConflict } from '../../../kernel/errors.ts'
import { outsideOf } from '../../../kernel/outside.ts'
import { type RunOptions, runCommand, type System } from '../../../kernel/runner.ts'
import { exactly, ExpectedVersion, nullable } from '../../../kernel/schema.ts'
import { senderIncomplete } from '../messaging.errors.ts'
import { NO_SENDER, passwordPurpose, readSender, Sender, senderFields, showSender, type StoredSender } from '../sender.ts'

const input = exactly({
  expected_version: ExpectedVersion,
  ...Type.Partial(Type.Object(senderFields)).properties,
  /** Left out: stays. Null: none any more. */
  password: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 1000 }))),
})

/** Declares saving the sender for routes; it runs through {@link saveSender}, which seals the password. */
export const saveSenderCommand = defineCommand({
  name: 'messaging.save_sender',
  permission: 'messaging.manage',
  summary: 'Set how e-mail is sent',
  input,
  output: Sender,
  run: () => Promise.reject(new Error('messaging.save_sender runs through saveSender, which seals the password')),
})

/**
 * Sets how an organization sends e-mail. Switching on needs host and sender address; from then on customers are told what happens.
 * The password is sealed before it is stored, and neither answer nor event holds it.
 * @throws `kernel.invalid_input`, `kernel.version_conflict`, `kernel.no_outside`
 */
export function saveSender(system: System, ctx: Context, given: unknown, options: RunOptions = {}): Promise<Sender> {
  const { secrets } = outsideOf(system)
  const command = {
    ...saveSenderCommand,
    run: (run: CommandRun, changes: Static<typeof input>) =>
      writeSender(run, changes, (text) => secrets.seal(text, passwordPurpose(ctx.orgId))),
  }
  return runCommand(system, ctx, command, given, options)
}

async function writeSender(
  { tx, ctx, now, emit }: CommandRun,
  changes: Static<typeof input>,
  seal: (text: string) => Buffer,
): Promise<Sender> {
  const { expected_version, password, ...fields } = changes
  await sql`insert into messaging.sender (org_id, version) values (${ctx.orgId}, 1) on conflict do nothing`.execute(tx)
  const stored = await readSender(tx, ctx.orgId, true)
  if (expected_version !== undefined && expected_version !== stored.version) throw versionConflict(expected_version, stored.version)
  const after: StoredSender = { ...NO_SENDER, ...stored, ...fields, version: stored.version + 1 }
  if (password !== undefined) after.password_sealed = password === null ? null : seal(password)
  const missing = after.is_on ? (['host', 'from_address'] as const).filter((name) => after[name] === null) : []
  if (missing.length > 0) throw senderIncomplete(missing)
  after.on_since = after.is_on ? (stored.is_on ? stored.on_since : now) : null
  await sql`
    update messaging.sender set is_on = ${after.is_on}, on_since = ${after.on_since}, host = ${after.host}, port = ${after.port}, security = ${after.security},
           username = ${after.username}, password_sealed = ${after.password_sealed}, from_name = ${after.from_name}, from_address = ${after.from_address},
           reply_to = ${after.reply_to}, language = ${after.language}, version = ${after.version} where org_id = ${ctx.orgId}`.execute(tx)
  emit({
    type: 'messaging.sender_changed',
    documentType: 'organization',
    documentId: senderId(ctx.orgId),
    payload: { changed: Object.keys(changes).filter((name) => name !== 'expected_version'), is_on: after.is_on, version: after.version },
  })
  return showSender(after)
}

/** Events name documents by UUID; the sender is one an organization, its id the organization's number. */
function senderId(orgId: number): string {
  return `00000000-0000-0000-0000-${String(orgId).padStart(12, '0')}`
}
