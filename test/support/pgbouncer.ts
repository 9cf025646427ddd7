import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { chooseServerUser } from '../../src/kernel/postgres/server-user.ts'
import { freePort } from '../crash/tefter-process.ts'
import { installed } from '../debian/install.ts'

/** A PgBouncer in transaction mode in front of one PostgreSQL. */
export interface PgBouncer {
  readonly port: number
  /** The address of the same database and role, through the pooler. Only the role it was opened for gets in. */
  through(url: string): string
  /** What its console answers, such as `show pools`. */
  ask(command: string): Promise<Record<string, string>[]>
  stop(): Promise<void>
}

export interface PgBouncerOptions {
  /** Of PostgreSQL (or a wire to it), by the application's role; every database of that server is served. */
  readonly url: string
  /** A folder for its settings and log. */
  readonly folder: string
  /** Connections to PostgreSQL for each database. Few, so that transactions of different clients meet on one. */
  readonly poolSize?: number
}

const CONSOLE = { user: 'console', password: 'console of a test' }
const READY_WITHIN_MS = 30_000

/**
 * Starts Debian's PgBouncer 1.18. Servers are taken in turn, so that two transactions of one client seldom meet the same one: what a
 * transaction left behind in its session would be missed, or found by a stranger, at once.
 *
 * @throws when the package is not there and cannot be installed
 */
export async function openPgBouncer({ url, folder, poolSize = 8 }: PgBouncerOptions): Promise<PgBouncer> {
  await installed('pgbouncer')
  const home = join(folder, 'pgbouncer')
  const port = await freePort()
  // It refuses to run as root, as PostgreSQL does.
  const user = chooseServerUser(home)
  await writeSettings(home, new URL(url), { port, poolSize })
  if (user !== undefined)
    for (const path of [home, join(home, 'settings.ini'), join(home, 'users.txt')]) await chown(path, user.uid, user.gid)
  const child = spawn('pgbouncer', ['-q', join(home, 'settings.ini')], { stdio: ['ignore', 'ignore', 'pipe'], cwd: home, ...user })
  const end = (): boolean => child.kill('SIGKILL')
  process.once('exit', end)
  let written = ''
  child.stderr.on('data', (chunk: Buffer) => (written = (written + chunk.toString()).slice(-5000)))
  const consoleUrl = `postgres://${CONSOLE.user}:${encodeURIComponent(CONSOLE.password)}@127.0.0.1:${port}/pgbouncer?sslmode=disable`
  await waitUntilReady(child, consoleUrl, () => written)
  return {
    port,
    through(direct) {
      const changed = new URL(direct)
      changed.port = String(port)
      return changed.href
    },
    ask: (command) => ask(consoleUrl, command),
    async stop() {
      process.off('exit', end)
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      // SIGINT would wait for clients.
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function writeSettings(home: string, target: URL, { port, poolSize }: { port: number; poolSize: number }): Promise<void> {
  await mkdir(home, { recursive: true })
  await chmod(home, 0o700)
  const quoted = (name: string, password: string): string =>
    `"${decodeURIComponent(name)}" "${decodeURIComponent(password).replaceAll('"', '""')}"`
  await writeFile(join(home, 'users.txt'), `${quoted(target.username, target.password)}\n${quoted(CONSOLE.user, CONSOLE.password)}\n`, {
    mode: 0o600,
  })
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    // By which the watcher of a run finds it, when the run was killed.
    pidfile: join(home, 'pgbouncer.pid'),
    auth_type: 'scram-sha-256',
    auth_file: join(home, 'users.txt'),
    admin_users: CONSOLE.user,
    pool_mode: 'transaction',
    default_pool_size: poolSize,
    max_client_conn: 500,
    server_round_robin: 1,
    // No parameter at the start of a connection is let through in silence.
    ignore_startup_parameters: '',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  await writeFile(
    join(home, 'settings.ini'),
    `[databases]\n* = host=${target.hostname} port=${target.port}\n\n[pgbouncer]\n${lines.join('\n')}\n`,
  )
}

async function waitUntilReady(child: ChildProcess, consoleUrl: string, written: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  /* oxlint-disable no-await-in-loop -- looks follow each other */
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`PgBouncer did not get ready:\n${written()}`)
    try {
      await ask(consoleUrl, 'show version')
      return
    } catch {
      // Not listening yet.
      await sleep(50)
    }
  }
  /* oxlint-enable no-await-in-loop */
}

/** The console takes simple statements only. */
async function ask(consoleUrl: string, command: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: consoleUrl })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, string>>(command)).rows
  } finally {
    await client.end()
  }
}
