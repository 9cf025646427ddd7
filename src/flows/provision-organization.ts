import { sql } from 'kysely'
import type { Clock } from '../kernel/clock.ts'
import type { CommandRun } from '../kernel/command.ts'
import type { Actor } from '../kernel/context.ts'
import { inGlobalTransaction } from '../kernel/database.ts'
import type { Log } from '../kernel/log.ts'
import { runCommand, type System } from '../kernel/runner.ts'
import { createOrganization, type Organization } from '../modules/identity/index.ts'
import { provisioners } from './provisioners.ts'

/** A new business. */
export interface NewOrganization {
  name: string
  time_zone: string
  base_currency: string
  language: string
  is_demo?: boolean
}

/**
 * Creates an organization with every room's standard rows (chart of accounts, zero rows, virtual locations, first channel
 * and policy), all in one transaction.
 *
 * @throws `kernel.invalid_input` for an unknown time zone, currency or language
 */
export async function provisionOrganization(
  system: System,
  ground: { clock: Clock; log: Log; actor?: Actor },
  input: NewOrganization,
): Promise<Organization> {
  const { rows } = await inGlobalTransaction(system.database, (tx) =>
    sql<{ org_id: number }>`select nextval('identity.organization_number') as org_id`.execute(tx),
  )
  const ctx = {
    orgId: rows[0]?.org_id ?? 0,
    org: { timeZone: input.time_zone, baseCurrency: input.base_currency, language: input.language },
    actor: ground.actor ?? { kind: 'system' as const, id: null },
    may: () => true,
    requestId: null,
    clock: ground.clock,
    log: ground.log,
  }
  const command = {
    ...createOrganization,
    run: async (run: CommandRun, parsed: Parameters<typeof createOrganization.run>[1]): Promise<Organization> => {
      const organization = await createOrganization.run(run, parsed)
      // oxlint-disable-next-line no-await-in-loop -- rooms build on each other's rows
      for (const provision of provisioners) await provision(run)
      return organization
    },
  }
  return runCommand(system, ctx, command, input)
}
