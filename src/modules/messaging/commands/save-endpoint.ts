import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import { versionConflict } from '../../../kernel/errors.ts'
import { newId } from '../../../kernel/ids.ts'
import { type Outside, outsideOf } from '../../../kernel/outside.ts'
import { type RunOptions, runCommand, type System } from '../../../kernel/runner.ts'
import { exactly, ExpectedVersion, nullable, Uuid } from '../../../kernel/schema.ts'
import { tooManyEndpoints, urlRefused } from '../messaging.errors.ts'
import {
  endpointFields,
  MAX_ENDPOINTS,
  newWebhookSecret,
  OLD_SECRET_HOURS,
  readEndpoint,
  showEndpoint,
  WebhookEndpoint,
  webhookPurpose,
} from '../webhook-endpoint.ts'
import { urlObstacle } from '../webhook-request.ts'

/** The answer that shows a secret: the only kind that does. Null on a replay. */
export const EndpointWithSecret = exactly({ ...WebhookEndpoint.properties, secret: nullable(Type.String()) })

const notHere = () => Promise.reject(new Error('runs through its function, which makes and seals the secret'))
const NewEndpoint = exactly({ ...endpointFields, description: Type.Optional(endpointFields.description) })
const Rotation = exactly({ endpoint_id: Uuid })

/** Declares adding an endpoint for routes; it runs through {@link createEndpoint}. */
export const createEndpointCommand = defineCommand({
  name: 'messaging.create_webhook_endpoint',
  permission: 'messaging.manage',
  summary: 'Add a webhook endpoint',
  input: NewEndpoint,
  output: WebhookEndpoint,
  errors: ['messaging.too_many_endpoints'],
  run: notHere,
})

/** Declares rotating a secret for routes; it runs through {@link rotateSecret}. */
export const rotateSecretCommand = defineCommand({
  name: 'messaging.rotate_webhook_secret',
  permission: 'messaging.manage',
  summary: 'Give a webhook endpoint a new secret; the old one signs too for 24 hours',
  input: Rotation,
  output: WebhookEndpoint,
  errors: ['messaging.not_found'],
  run: notHere,
})

type Shown = Static<typeof EndpointWithSecret>

/**
 * Adds an endpoint: it is told of what is recorded from now on. The secret is answered this once.
 * @throws `kernel.invalid_input` (a URL that may not be reached), `messaging.too_many_endpoints` (rule)
 */
export function createEndpoint(system: System, ctx: Context, given: unknown, options: RunOptions = {}): Promise<Shown> {
  const outside = outsideOf(system)
  return withSecret(options, (secret, runOptions) => {
    const run = (run: CommandRun, input: Static<typeof NewEndpoint>) => insertEndpoint(run, input, outside, secret)
    return runCommand(system, ctx, { ...createEndpointCommand, run }, given, runOptions)
  })
}

/**
 * Gives an endpoint a new secret, answered this once. For 24 hours requests carry signatures by both.
 * @throws `messaging.not_found`
 */
export function rotateSecret(system: System, ctx: Context, given: unknown, options: RunOptions = {}): Promise<Shown> {
  const { secrets } = outsideOf(system)
  return withSecret(options, (secret, runOptions) => {
    const run = async (run: CommandRun, { endpoint_id }: Static<typeof Rotation>): Promise<WebhookEndpoint> => {
      const { tx, now, emit } = run
      const stored = await readEndpoint(tx, ctx.orgId, endpoint_id, true)
      const until = new Date(now.getTime() + OLD_SECRET_HOURS * 3_600_000)
      await sql`
        update messaging.webhook_endpoint set secret_sealed = ${secrets.seal(secret, webhookPurpose(ctx.orgId, endpoint_id))}, old_secret_sealed = ${stored.secret_sealed},
               old_secret_until = ${until}, version = version + 1 where org_id = ${ctx.orgId} and id = ${endpoint_id}`.execute(tx)
      emit({
        type: 'messaging.webhook_secret_rotated',
        documentType: 'webhook_endpoint',
        documentId: endpoint_id,
        payload: { old_secret_until: until.toISOString() },
      })
      return showEndpoint({ ...stored, old_secret_until: until, version: stored.version + 1 })
    }
    return runCommand(system, ctx, { ...rotateSecretCommand, run }, given, runOptions)
  })
}

async function withSecret(options: RunOptions, work: (secret: string, options: RunOptions) => Promise<WebhookEndpoint>): Promise<Shown> {
  const secret = newWebhookSecret()
  let replayed = false
  const onReplay = (): void => {
    replayed = true
    options.onReplay?.()
  }
  const endpoint = await work(secret, { ...options, onReplay })
  return { ...endpoint, secret: replayed ? null : secret }
}

// oxlint-disable-next-line eslint/max-params -- the run, what is asked, and the two things the caller made
async function insertEndpoint(
  run: CommandRun,
  input: Static<typeof NewEndpoint>,
  outside: Outside,
  secret: string,
): Promise<WebhookEndpoint> {
  const { tx, ctx, now, emit } = run
  refuseUrl(input.url, outside)
  const { rows: counted } = await sql<{ count: number }>`
    select count(*)::bigint as count from messaging.webhook_endpoint where org_id = ${ctx.orgId} and deleted_at is null`.execute(tx)
  if ((counted[0]?.count ?? 0) >= MAX_ENDPOINTS) throw tooManyEndpoints(MAX_ENDPOINTS)
  const id = newId()
  const { url, description = '', event_types } = input
  const sealed = outside.secrets.seal(secret, webhookPurpose(ctx.orgId, id))
  await sql`
    insert into messaging.webhook_endpoint (org_id, id, url, description, event_types, secret_sealed, created_at)
    values (${ctx.orgId}, ${id}, ${url}, ${description}, ${event_types}, ${sealed}, ${now})`.execute(tx)
  emit({ type: 'messaging.webhook_endpoint_created', documentType: 'webhook_endpoint', documentId: id, payload: { event_types } })
  return showEndpoint(await readEndpoint(tx, ctx.orgId, id))
}

function refuseUrl(url: string, outside: Outside): void {
  const obstacle = urlObstacle(url, outside.allowedNetworks)
  if (obstacle !== null) throw urlRefused(obstacle)
}

const Changes = exactly({
  endpoint_id: Uuid,
  expected_version: ExpectedVersion,
  ...Type.Partial(Type.Object(endpointFields)).properties,
  is_active: Type.Optional(Type.Boolean()),
})

/**
 * Changes an endpoint. Switched off, what waits for it fails at once and can be replayed later; switched on, it begins anew.
 * The URL is looked at again with each request, so that an edit cannot reach what creation refuses.
 * @throws `messaging.not_found`, `kernel.version_conflict`, `kernel.invalid_input`
 */
export const updateEndpoint = defineCommand({
  name: 'messaging.update_webhook_endpoint',
  permission: 'messaging.manage',
  summary: 'Change a webhook endpoint, switch it on or off',
  input: Changes,
  output: WebhookEndpoint,
  errors: ['messaging.not_found'],

  async run({ tx, ctx, emit }, { endpoint_id, expected_version, ...changes }) {
    const stored = await readEndpoint(tx, ctx.orgId, endpoint_id, true)
    if (expected_version !== undefined && expected_version !== stored.version) throw versionConflict(expected_version, stored.version)
    const obstacle = changes.url === undefined ? null : urlObstacle(changes.url, ['0.0.0.0/0', '::/0'])
    if (obstacle !== null) throw urlRefused(obstacle)
    const after = { ...stored, ...changes }
    const revived = after.is_active && !stored.is_active
    await sql`
      update messaging.webhook_endpoint set url = ${after.url}, description = ${after.description}, event_types = ${after.event_types}, is_active = ${after.is_active},
             failing_since = ${revived ? null : stored.failing_since}, disabled_at = ${after.is_active ? null : stored.disabled_at},
             disabled_reason = ${after.is_active ? null : stored.disabled_reason}, version = version + 1 where org_id = ${ctx.orgId} and id = ${endpoint_id}`.execute(
      tx,
    )
    if (stored.is_active && !after.is_active) await failWaiting(tx, ctx.orgId, endpoint_id, 'the endpoint was switched off')
    const { url: _url, ...told } = changes
    emit({
      type: 'messaging.webhook_endpoint_changed',
      documentType: 'webhook_endpoint',
      documentId: endpoint_id,
      payload: { ...told, url_changed: changes.url !== undefined },
    })
    return showEndpoint(await readEndpoint(tx, ctx.orgId, endpoint_id))
  },
})

/** Deletes an endpoint; its log stays for the time logs are kept. @throws `messaging.not_found` */
export const deleteEndpoint = defineCommand({
  name: 'messaging.delete_webhook_endpoint',
  permission: 'messaging.manage',
  summary: 'Delete a webhook endpoint',
  input: exactly({ endpoint_id: Uuid }),
  output: exactly({ id: Uuid }),
  errors: ['messaging.not_found'],

  async run({ tx, ctx, now, emit }, { endpoint_id }) {
    await readEndpoint(tx, ctx.orgId, endpoint_id, true)
    await sql`update messaging.webhook_endpoint set deleted_at = ${now}, is_active = false, version = version + 1 where org_id = ${ctx.orgId} and id = ${endpoint_id}`.execute(
      tx,
    )
    await failWaiting(tx, ctx.orgId, endpoint_id, 'the endpoint was deleted')
    emit({ type: 'messaging.webhook_endpoint_deleted', documentType: 'webhook_endpoint', documentId: endpoint_id, payload: {} })
    return { id: endpoint_id }
  },
})

/** Ends what waits for an endpoint that is off; it can be replayed. */
export async function failWaiting(tx: CommandRun['tx'], orgId: number, endpointId: string, reason: string): Promise<void> {
  await sql`
    update messaging.webhook_delivery set state = 'failed', lease_until = null, last_error = ${reason}
     where org_id = ${orgId} and endpoint_id = ${endpointId} and state in ('waiting', 'sending')`.execute(tx)
}
