import type { Command } from 'commander'
import { provisionOrganization } from '../../../flows/provision-organization.ts'
import { listOrganizations } from '../../../modules/identity/index.ts'
import { answer, withRuntime } from '../session.ts'

interface NewOrgOptions {
  name: string
  timeZone: string
  currency: string
  language: string
  json?: boolean
}

/** `tefter org create` and `tefter org list` */
export function registerOrg(program: Command): void {
  const org = program.command('org').description('organizations of this installation')
  org
    .command('create')
    .description('create an organization with its standard rows')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--time-zone <zone>', 'IANA time zone, such as Europe/Belgrade')
    .requiredOption('--currency <code>', 'base currency by ISO 4217, such as EUR')
    .option('--language <tag>', 'en, sr-Latn or sr-Cyrl', 'en')
    .option('--json', 'answer as JSON')
    .action((options: NewOrgOptions) =>
      withRuntime(async ({ system, clock, log }) => {
        const { name, timeZone, currency, language, json } = options
        const created = await provisionOrganization(
          system,
          { clock, log, actor: { kind: 'cli', id: null } },
          { name, time_zone: timeZone, base_currency: currency, language },
        )
        answer(json, created, `Created ${created.name} (${created.id}).`)
      }),
    )
  org
    .command('list')
    .description('list the organizations')
    .option('--json', 'answer as JSON')
    .action(({ json }: { json?: boolean }) =>
      withRuntime(async ({ system }) => {
        const organizations = await listOrganizations(system.database)
        answer(
          json,
          { data: organizations },
          organizations.map(({ org_id, slug, name }) => `${org_id}\t${slug}\t${name}`).join('\n') || 'None yet.',
        )
      }),
    )
}
