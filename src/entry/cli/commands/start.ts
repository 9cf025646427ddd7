import type { Command } from 'commander'
import { type Config, readConfig } from '../../../kernel/config.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { createLog } from '../../../kernel/log.ts'
import { listOrganizations } from '../../../modules/identity/index.ts'
import { findDatabase } from '../../database-address.ts'
import { buildDemo } from '../../demo-builder.ts'
import type { DemoSignIn } from '../../demo-contract.ts'
import { openRuntime, prepareDatabase, type Runtime } from '../../runtime.ts'
import { type ServerRole, startServer, stopAtSignals } from '../../server.ts'
import { buildDemoOnce, FIRST_DEMO_DAYS } from './demo.ts'

interface StartOptions {
  port?: string
  role: string
  demo: boolean
}

const ROLES: readonly ServerRole[] = ['all', 'api', 'worker']

/** `tefter start`: the server, until a signal ends it. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('start Tefter: web, API and jobs in one process')
    .option('--port <port>', 'port of the HTTP server (default: PORT or 8080)')
    .option('--role <role>', 'all, api or worker', 'all')
    .option('--no-demo', 'do not build the demo business on the first start')
    .action(start)
}

async function start(options: StartOptions): Promise<void> {
  const role = ROLES.find((known) => known === options.role)
  if (role === undefined) throw new DomainError('invalid', 'cli.bad_role', `--role must be all, api or worker, not "${options.role}".`)
  const config = readConfig(process.env, { PORT: options.port })
  const log = createLog(config.TEFTER_LOG_LEVEL)
  const address = await findDatabase(config, log, 'server')
  let runtime: Runtime | undefined
  let stop = async (): Promise<void> => {
    runtime?.beginStop()
    await runtime?.close()
    await address.embedded?.stop()
  }
  stopAtSignals(() => stop(), log)
  try {
    await prepareDatabase(config, address)
    runtime = await openRuntime(config, address, { log })
    const signIn = await buildFirstDemo(runtime, address.embedded !== undefined && options.demo && config.TEFTER_DEMO)
    const server = await startServer(runtime, address, role)
    stop = () => server.stop()
    announce(config, server.address, role, signIn)
  } catch (error) {
    await stop()
    throw error
  }
  await new Promise<never>(() => undefined)
}

async function buildFirstDemo(runtime: Runtime, wanted: boolean): Promise<DemoSignIn | undefined> {
  if (!wanted || buildDemo === undefined) return undefined
  if ((await listOrganizations(runtime.system.database)).length > 0) return undefined
  process.stdout.write('First start: building the demo business …\n')
  return buildDemoOnce(runtime, FIRST_DEMO_DAYS, process.stderr.isTTY)
}

function announce(config: Config, address: string | undefined, role: ServerRole, signIn: DemoSignIn | undefined): void {
  if (address === undefined) return void process.stdout.write('Tefter works on jobs and deliveries.\n')
  const loopback = /^(127\.|localhost$|::1$)/.test(config.HOST)
  const lines = [`Tefter runs at ${address}`, ...(role === 'api' ? ['Jobs need another process: tefter start --role worker'] : [])]
  // A known password on an open network would be an open door.
  if (signIn !== undefined)
    lines.push(
      loopback
        ? `Sign in as ${signIn.email} with the password ${signIn.password}`
        : `The demo's password is not shown on an open network: tefter user password --email ${signIn.email} --password …`,
    )
  process.stdout.write(`${lines.join('\n')}\n`)
}
