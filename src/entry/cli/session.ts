import { readConfig } from '../../kernel/config.ts'
import type { Context } from '../../kernel/context.ts'
import { DomainError } from '../../kernel/errors.ts'
import { createLog, silentLog } from '../../kernel/log.ts'
import { listOrganizations } from '../../modules/identity/index.ts'
import { findDatabase } from '../database-address.ts'
import { openRuntime, prepareDatabase, type Runtime } from '../runtime.ts'

/** Says how a command of the command line ended: its exit code. */
export type Done = (exitCode: number) => void

/** A short visit of the command line: the runtime, closed at the end. */
export async function withRuntime<T>(work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const config = readConfig(process.env)
  // Chatter of the start would disturb a person at the terminal; warnings stay.
  const log = process.env['TEFTER_LOG_LEVEL'] === undefined ? createLog('error') : createLog(config.TEFTER_LOG_LEVEL)
  const address = await findDatabase(config, silentLog, 'command')
  try {
    await prepareDatabase(config, address)
    const runtime = await openRuntime(config, address, { log })
    try {
      return await work(runtime)
    } finally {
      await runtime.close()
    }
  } finally {
    await address.embedded?.stop()
  }
}

/**
 * The context of a person at the server's command line, in the organization named by number or slug (default: the only one).
 *
 * @throws `cli.no_organization`, `cli.which_organization`
 */
export async function cliContext(runtime: Runtime, wanted: string | undefined): Promise<Context> {
  const organizations = await listOrganizations(runtime.system.database)
  const names = organizations.map(({ org_id, slug }) => `${slug} (${org_id})`).join(', ')
  if (organizations.length === 0)
    throw new DomainError(
      'not_found',
      'cli.no_organization',
      'There is no organization yet: create one with "tefter org create" or build the demo with "tefter demo".',
    )
  const found =
    wanted === undefined ? organizations : organizations.filter(({ org_id, slug }) => slug === wanted || String(org_id) === wanted)
  if (found.length === 0)
    throw new DomainError('not_found', 'cli.no_organization', `There is no organization ${wanted ?? ''}. There are: ${names}.`)
  const [only, another] = found
  if (only === undefined || another !== undefined)
    throw new DomainError('invalid', 'cli.which_organization', `Say which organization with --org: ${names}.`)
  return runtime.contextOf(only.org_id, 'cli')
}

/** Writes an answer on standard output: one JSON value, or lines for people. */
export function answer(json: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${text}\n`)
}
