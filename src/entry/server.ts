import type { FastifyInstance } from 'fastify'
import { DomainError } from '../kernel/errors.ts'
import type { DatabaseAddress } from './database-address.ts'
import { buildApp } from './http/app.ts'
import type { Runtime } from './runtime.ts'

/** What one process does: everything, only the API and web, or only jobs and deliveries. */
export type ServerRole = 'all' | 'api' | 'worker'

/** A running process of Tefter. */
export interface Server {
  /** Where people reach it; undefined for a worker. */
  address: string | undefined
  /** Stops taking requests, finishes those under way and what was acknowledged, then jobs, pool and embedded PostgreSQL. Safe to call twice. */
  stop(): Promise<void>
}

/** Starts a process on an open runtime. @throws `kernel.port_in_use` (conflict) */
export async function startServer(runtime: Runtime, database: DatabaseAddress, role: ServerRole): Promise<Server> {
  const app = role === 'worker' ? undefined : await buildApp(runtime)
  const address = app === undefined ? undefined : await listen(app, runtime)
  if (role !== 'api') await runtime.startWorking()
  if (address !== undefined) await database.embedded?.announce(address)
  let stopped: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    runtime.beginStop()
    if (app !== undefined) await closeWithin(app, runtime.config.TEFTER_SHUTDOWN_SECONDS)
    await runtime.close()
    await database.embedded?.stop()
  }
  return { address, stop: () => (stopped ??= stop()) }
}

/** Waits for requests under way; connections that outlast the time are cut. */
async function closeWithin(app: FastifyInstance, seconds: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), seconds * 1000)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
  }
}

async function listen(app: FastifyInstance, { config }: Runtime): Promise<string> {
  try {
    await app.listen({ port: config.PORT, host: config.HOST })
  } catch (error) {
    await app.close()
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new DomainError(
        'conflict',
        'kernel.port_in_use',
        `The port ${config.PORT} is taken by another program. Stop that, or choose another with PORT or --port.`,
        { cause: error },
      )
    if (code === 'EACCES')
      throw new DomainError(
        'forbidden',
        'kernel.port_forbidden',
        `The system does not let this user listen on port ${config.PORT}. Choose one above 1023 with PORT or --port.`,
        { cause: error },
      )
    throw error
  }
  return describeAddress(app, config.TEFTER_PUBLIC_URL)
}

function describeAddress(app: FastifyInstance, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl
  const bound = app.server.address()
  if (bound === null || typeof bound === 'string') return ''
  const host = bound.address === '0.0.0.0' || bound.address === '::' ? 'localhost' : bound.address
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`
}

/** Ends the process gracefully at SIGTERM or SIGINT; a second signal ends it at once. */
export function stopAtSignals(stop: () => Promise<void>, log: Runtime['log']): void {
  let signals = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1
    if (signals > 1) process.exit(130)
    log.info({ signal }, 'stopping: finishing what is under way')
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ reason: String(error) }, 'the stop did not go cleanly')
        process.exit(70)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
