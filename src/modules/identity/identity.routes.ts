import { commandRoute, customRoute, executeCommand, markReplay, queryRoute, type Route } from '../../kernel/http/index.ts'
import { createApiKey, createApiKeyCommand, NewApiKey } from './commands/create-api-key.ts'
import { createUser, createUserCommand, NewUser } from './commands/create-user.ts'
import { revokeApiKey } from './commands/revoke-api-key.ts'
import { updateOrganization } from './commands/update-organization.ts'
import { updateUser } from './commands/update-user.ts'
import { keyringOf } from './keyring.ts'
import { getOrganization } from './queries/get-organization.ts'
import { getUser } from './queries/get-user.ts'
import { listApiKeys } from './queries/list-api-keys.ts'
import { listAuditEvents } from './queries/list-audit-events.ts'
import { listUsers } from './queries/list-users.ts'
import { User } from './user.ts'

const tag = 'identity'

/** Organization, users, API keys and the audit trail over HTTP. */
export const identityRoutes: Route[] = [
  queryRoute(getOrganization, { path: '/v1/organization', tag }),
  commandRoute(updateOrganization, {
    method: 'PATCH',
    path: '/v1/organization',
    tag,
    example: { name: 'Moja radnja', time_zone: 'Europe/Belgrade', language: 'sr-Latn' },
    async handle(call, command) {
      const organization = await executeCommand(call, command)
      keyringOf(call.system.database).forgetProfile(call.ctx.orgId)
      return organization
    },
  }),
  queryRoute(listUsers, { path: '/v1/users', tag }),
  customRoute({
    method: 'POST',
    path: '/v1/users',
    tag,
    name: createUserCommand.name,
    summary: createUserCommand.summary,
    permission: createUserCommand.permission,
    errors: createUserCommand.errors,
    input: NewUser,
    output: User,
    example: { email: 'picker@example.com', name: 'Mira', role: 'warehouse', password: 'a long passphrase' },
    run: (call) => createUser(call.system, call.ctx, call.input),
  }),
  commandRoute(updateUser, {
    method: 'PATCH',
    path: '/v1/users/:user_id',
    tag,
    example: { role: 'operations' },
    show: { query: getUser, by: ({ id }) => ({ user_id: id }) },
  }),
  queryRoute(listApiKeys, { path: '/v1/api-keys', tag }),
  customRoute({
    method: 'POST',
    path: '/v1/api-keys',
    tag,
    name: createApiKeyCommand.name,
    summary: createApiKeyCommand.summary,
    permission: createApiKeyCommand.permission,
    errors: createApiKeyCommand.errors,
    input: createApiKeyCommand.input,
    output: NewApiKey,
    example: { name: 'Web shop', scopes: ['orders.place', 'inventory.read'] },
    run: (call) =>
      createApiKey(call.system, call.ctx, call.input, { idempotencyKey: call.idempotencyKey, onReplay: () => markReplay(call) }),
  }),
  commandRoute(revokeApiKey, {
    method: 'DELETE',
    path: '/v1/api-keys/:api_key_id',
    tag,
    async handle(call, command) {
      const revoked = await executeCommand(call, command)
      keyringOf(call.system.database).forgetKey(revoked.id)
      return revoked
    },
  }),
  queryRoute(listAuditEvents, { path: '/v1/audit', tag }),
]
