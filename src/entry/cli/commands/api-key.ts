import type { Command } from 'commander'
import { createApiKey } from '../../../modules/identity/index.ts'
import { answer, cliContext, withRuntime } from '../session.ts'

interface NewKeyOptions {
  name: string
  scopes: string
  expiresAt?: string
  org?: string
  json?: boolean
}

/** `tefter api-key create` */
export function registerApiKey(program: Command): void {
  program
    .command('api-key')
    .description('keys for machines')
    .command('create')
    .description('create an API key; it is shown this once')
    .option('--name <name>', 'what it is for', 'command line')
    .requiredOption('--scopes <scopes>', 'permissions, room.*, read or a role, separated by commas')
    .option('--expires-at <instant>', 'ISO 8601, such as 2027-01-01T00:00:00Z')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(({ name, scopes, expiresAt, org, json }: NewKeyOptions) =>
      withRuntime(async (runtime) => {
        const ctx = await cliContext(runtime, org)
        const input = {
          name,
          scopes: scopes.split(',').map((scope) => scope.trim()),
          ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
        }
        const created = await createApiKey(runtime.system, ctx, input)
        answer(json, created, created.key ?? '')
      }),
    )
}
