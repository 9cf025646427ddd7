import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { provisionOrganization } from '../../../flows/provision-organization.ts'
import { readConfig } from '../../../kernel/config.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { createLog } from '../../../kernel/log.ts'
import { createApiKey } from '../../../modules/identity/index.ts'
import { allChecks, verify } from '../../../modules/reports/index.ts'
import { findDatabase } from '../../database-address.ts'
import { buildApp } from '../../http/app.ts'
import { openCrowd } from '../../prove/http-crowd.ts'
import { type OversellProof, proveOversell } from '../../prove/oversell.ts'
import { openRuntime, type Runtime } from '../../runtime.ts'
import { answer, type Done, withRuntime } from '../session.ts'

interface OversellOptions {
  buyers: string
  units: string
  connections: string
  url?: string
  json?: boolean
}

/** `tefter prove oversell`: exit 1 when more, or less, was sold than there was. */
export function registerProve(program: Command, done: Done): void {
  program
    .command('prove')
    .description('try a promise of Tefter on this installation')
    .command('oversell')
    .description('let many buy the last pieces at once, in an organization made for it')
    .option('--buyers <n>', 'people who buy one piece each', '500')
    .option('--units <n>', 'pieces there are', '37')
    .option('--connections <n>', 'HTTP connections to each server', '20')
    .option('--url <address>', 'a running server of this database; default: two servers started for the proof')
    .option('--json', 'answer as JSON')
    .action((options: OversellOptions) => withRuntime((runtime) => oversell(runtime, options, done)))
}

async function oversell(runtime: Runtime, options: OversellOptions, done: Done): Promise<void> {
  const count = { buyers: wholeNumber('--buyers', options.buyers, 100_000), units: wholeNumber('--units', options.units, 1_000_000) }
  const connections = wholeNumber('--connections', options.connections, 1000)
  const { system, clock, log } = runtime
  const organization = await provisionOrganization(
    system,
    { clock, log, actor: { kind: 'cli', id: null } },
    { name: `Proof of ${clock.now().toISOString().slice(0, 19)}`, time_zone: 'UTC', base_currency: 'EUR', language: 'en', is_demo: true },
  )
  const ctx = await runtime.contextOf(organization.id, 'cli')
  const { key } = await createApiKey(system, ctx, { name: 'proof', scopes: ['owner'] })
  const servers = options.url === undefined ? [await openOwnServer(runtime), await openSecondServer()] : []
  const crowd = openCrowd(options.url === undefined ? servers.map(({ address }) => address) : [options.url], key ?? '', connections)
  try {
    const proof = await proveOversell(crowd, count)
    const verification = await verify(system, ctx, allChecks)
    const holds = proof.holds && verification.ok
    answer(
      options.json,
      { ...proof, organization: organization.id, verified: verification.ok, holds },
      describe(proof, verification.ok, organization.name),
    )
    done(holds ? 0 : 1)
  } finally {
    crowd.close()
    await Promise.all(servers.map((server) => server.close()))
  }
}

interface OwnServer {
  address: string
  close(): Promise<void>
}

async function openOwnServer(runtime: Runtime): Promise<OwnServer> {
  const app = await buildApp(runtime)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { address: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, close: () => app.close() }
}

/** A server with a pool and a batcher of its own, as another process would have. */
async function openSecondServer(): Promise<OwnServer> {
  const config = readConfig(process.env)
  const log = createLog('error')
  const database = await findDatabase(config, log, 'command')
  const runtime = await openRuntime(config, database, { log })
  const server = await openOwnServer(runtime)
  return {
    address: server.address,
    async close() {
      await server.close()
      await runtime.close()
      await database.embedded?.stop()
    },
  }
}

/** @throws `cli.bad_number` (invalid) */
function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new DomainError('invalid', 'cli.bad_number', `${option} must be a whole number from 1 to ${most}, not "${text}".`)
}

function describe(proof: OversellProof, verified: boolean, organization: string): string {
  const { buyers, units, accepted, refused, other, stock, seconds } = proof
  const odd = Object.entries(other).map(([name, times]) => `${name}: ${times}`)
  return [
    `${buyers} buyers ordered one piece each of an item with ${units} in stock, in ${seconds.toFixed(2)} s (organization "${organization}").`,
    `Accepted ${accepted}, refused for lack of stock ${refused}${odd.length === 0 ? '' : `, other answers ${odd.join(', ')}`}.`,
    `Stock now: ${stock.on_hand} on hand, ${stock.reserved} promised, ${stock.available} available.`,
    verified ? 'All numbers prove themselves.' : 'Some numbers do not agree: run "tefter verify" on that organization.',
    proof.holds ? `Sold exactly what there was.` : 'NOT exactly what there was.',
  ].join('\n')
}
