import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import { invalidField } from '../../../kernel/errors.ts'
import { type RunOptions, runCommand, type System } from '../../../kernel/runner.ts'
import { ApiKey, generateApiKey } from '../api-key.ts'
import { scopeBeyondOwn, unknownScope } from '../identity.errors.ts'
import { isScope, permissionsOfScopes } from '../roles.ts'

const NewKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scopes: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { minItems: 1, maxItems: 100 }),
    expires_at: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { additionalProperties: false },
)

const output = Type.Omit(ApiKey, ['revoked_at', 'last_used_at'])

/** The answer that shows a key: the only one that ever does. On a replay `key` is null. */
export const NewApiKey = Type.Intersect([output, Type.Object({ key: Type.Union([Type.String(), Type.Null()]) })])

/**
 * Creates an API key. Nobody gives a key more than they have themselves.
 *
 * @throws `identity.unknown_scope` (invalid), `identity.scope_beyond_own` (forbidden)
 */
export const createApiKeyCommand = defineCommand({
  name: 'identity.create_api_key',
  permission: 'identity.manage_keys',
  summary: 'Create an API key',
  input: NewKey,
  output,
  errors: ['identity.scope_beyond_own'],
  run: (run, input) => insertApiKey(run, input, generateApiKey()),
})

/**
 * Creates an API key and answers it in clear, this once. The stored answer of an idempotency key does not hold it, so a
 * replay answers `key: null`.
 */
export async function createApiKey(
  system: System,
  ctx: Context,
  input: unknown,
  options: RunOptions = {},
): Promise<Static<typeof NewApiKey>> {
  const secret = generateApiKey()
  let replayed = false
  const onReplay = (): void => {
    replayed = true
    options.onReplay?.()
  }
  const command = { ...createApiKeyCommand, run: (run: CommandRun, parsed: Static<typeof NewKey>) => insertApiKey(run, parsed, secret) }
  const created = await runCommand(system, ctx, command, input, { ...options, onReplay })
  return { ...created, key: replayed ? null : secret.key }
}

async function insertApiKey(
  run: CommandRun,
  input: Static<typeof NewKey>,
  secret: { hash: Buffer; hint: string },
): Promise<Static<typeof output>> {
  const { tx, ctx, now, emit } = run
  input.scopes.forEach((scope, index) => {
    if (!isScope(scope)) throw unknownScope(index, scope)
  })
  for (const permission of permissionsOfScopes(input.scopes)) if (!ctx.may(permission)) throw scopeBeyondOwn(permission)
  const expiresAt = input.expires_at === undefined ? null : new Date(input.expires_at)
  if (expiresAt !== null && expiresAt <= now)
    throw invalidField('/expires_at', 'identity.expiry_past', 'lies in the past; choose a later instant or leave it out')
  const id = run.newId()
  await sql`
    insert into identity.api_key (org_id, id, name, hint, hash, scopes, created_by, created_at, expires_at)
    values (${ctx.orgId}, ${id}, ${input.name}, ${secret.hint}, ${secret.hash}, ${input.scopes}, ${ctx.actor.kind === 'user' ? ctx.actor.id : null}, ${now}, ${expiresAt})`.execute(
    tx,
  )
  emit({
    type: 'identity.api_key_created',
    documentType: 'api_key',
    documentId: id,
    payload: { name: input.name, hint: secret.hint, scopes: input.scopes, expires_at: expiresAt?.toISOString() ?? null },
  })
  return {
    id,
    name: input.name,
    hint: secret.hint,
    scopes: input.scopes,
    created_at: now.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
  }
}
