import { openPgBouncer, type PgBouncer } from '../support/pgbouncer.ts'
import { openProxy, type TcpProxy } from './tcp-proxy.ts'
import { freePort, runTefter, startTefter, type TefterProcess } from './tefter-process.ts'

/** Two API processes and two workers, through PgBouncer, on one PostgreSQL that only the migration reaches directly. */
export interface Installation {
  /** Of the two API processes. */
  readonly addresses: readonly string[]
  readonly pooler: PgBouncer
  /** Between PgBouncer and PostgreSQL. */
  readonly wire: TcpProxy
  /** Ends a process with SIGTERM or SIGKILL and starts it again in its place. Answers the exit code, null after SIGKILL. */
  restart(kind: 'api' | 'worker', index: 0 | 1, by: 'stop' | 'kill'): Promise<number | null>
  /** What the processes wrote, for the message of a test that fails. */
  output(): string
  stop(): Promise<void>
}

export interface InstallationOptions {
  /** Addresses of the database, past the pooler: of the application's role and of the owner. */
  readonly url: string
  readonly ownerUrl: string
  readonly folder: string
  readonly settings?: Readonly<Record<string, string>>
}

/** Migrates as the owner, then starts everything; processes know neither the owner nor PostgreSQL's own address. */
export async function openInstallation({ url, ownerUrl, folder, settings = {} }: InstallationOptions): Promise<Installation> {
  const direct = new URL(url)
  const wire = await openProxy(Number(direct.port))
  direct.port = String(wire.port)
  const pooler = await openPgBouncer({ url: direct.href, folder })
  const { code, output } = await runTefter(['migrate'], { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl })
  if (code !== 0) throw new Error(`tefter migrate ended with ${code}: ${output}`)
  const given = { DATABASE_URL: pooler.through(url), TEFTER_MIGRATE: 'false', TEFTER_POOL_SIZE: '8', ...settings }
  const begin = (role: 'api' | 'worker', port: number): Promise<TefterProcess> => startTefter({ settings: given, port, role })
  const ports = { api: [await freePort(), await freePort()], worker: [await freePort(), await freePort()] } as const
  const [api1, api2, worker1, worker2] = await Promise.all([
    begin('api', ports.api[0]),
    begin('api', ports.api[1]),
    begin('worker', ports.worker[0]),
    begin('worker', ports.worker[1]),
  ])
  const processes = { api: [api1, api2], worker: [worker1, worker2] }
  const all = (): TefterProcess[] => [...processes.api, ...processes.worker]
  return {
    addresses: [api1.address, api2.address],
    pooler,
    wire,
    async restart(kind, index, by) {
      const old = processes[kind][index]
      const code = by === 'stop' ? await old?.stop() : await old?.kill()
      processes[kind][index] = await begin(kind, ports[kind][index])
      return code ?? null
    },
    output: () =>
      all()
        .map((one) => one.output())
        .join('\n'),
    async stop() {
      await Promise.all(all().map((one) => one.stop()))
      await pooler.stop()
      await wire.close()
    },
  }
}
