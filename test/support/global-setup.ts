import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts'
import { migrate } from '../../src/kernel/migrate.ts'
import type { TestServer } from './database.ts'
import { openPgBouncer } from './pgbouncer.ts'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations')
/** Nothing a test writes outlives the run, so nothing needs to reach the disk. */
const THROWAWAY = { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', checkpoint_timeout: '1h' }

/**
 * Runs once before all tests: finds or starts a PostgreSQL and migrates the template from which every test file
 * gets a database of its own. `DATABASE_URL` (or `TEST_DATABASE_URL`) names a server of your own, by a role that may create databases
 * and roles; without it an embedded server is started in a temporary folder. With `TEFTER_TEST_POOLER=pgbouncer` the application's role
 * reaches it through PgBouncer in transaction mode, the owner directly.
 *
 * @returns what vitest runs after all tests
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await openTestServer()
  project.provide('testServer', server)
  return stop
}

/** A server with a migrated template, a folder for what tests write, and how to leave nothing of both behind. */
export async function openTestServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const folder = realpathSync(await mkdtemp(join(tmpdir(), 'tefter-test-')))
  // The server may run as another user, who must be able to enter.
  await chmod(folder, 0o755)
  cleanUpAfter(process.pid, folder)
  const own = process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_OWNER_URL'] ?? process.env['DATABASE_URL']
  const removeFolder = async (): Promise<void> => await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  try {
    const { stop, ...direct } = own === undefined ? await startServer(join(folder, 'data')) : await borrowServer(own)
    const pooler = POOLER === 'pgbouncer' ? await openPgBouncer({ url: direct.url, folder }) : undefined
    const server = pooler === undefined ? direct : { ...direct, url: pooler.through(direct.url) }
    const stopAll = async (): Promise<void> => {
      try {
        await pooler?.stop()
        await stop()
      } finally {
        await removeFolder()
      }
    }
    return { server: { ...server, folder }, stop: stopAll }
  } catch (error) {
    await removeFolder()
    throw error
  }
}

/** `pgbouncer`, or nothing for a direct connection. */
const POOLER = process.env['TEFTER_TEST_POOLER']

type Opened = Omit<TestServer, 'folder'> & { stop(): Promise<void> }

async function startServer(dataDir: string): Promise<Opened> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings: THROWAWAY })
  try {
    const template = await createTemplate(postgres.ownerUrl, 'tefter_app')
    return { ownerUrl: postgres.ownerUrl, url: postgres.url, template, stop: async () => await postgres.stop() }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/**
 * Watches over the run from outside: when the process `pid` is gone without having tidied up (Ctrl-C, kill -9),
 * it ends every PostgreSQL and PgBouncer whose files lie in `folder` and removes the folder.
 */
function cleanUpAfter(pid: number, folder: string): void {
  if (process.platform === 'win32') return
  const script = `
    while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
      [ -d "$2" ] || exit 0
      find "$2" '(' -name postmaster.pid -o -name pgbouncer.pid ')' -exec head -n 1 {} \\; | while read -r server; do kill -INT "$server" 2>/dev/null; done
      sleep 1
      [ -n "$(find "$2" -name postmaster.pid)" ] || rm -rf "$2"
    done
    rm -rf "$2"`
  spawn('/bin/sh', ['-c', script, 'tefter-test-cleanup', String(pid), folder], { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}

async function borrowServer(ownerUrl: string): Promise<Opened> {
  const suffix = randomBytes(4).toString('hex')
  const appRole = `tefter_test_${suffix}`
  const password = randomBytes(16).toString('hex')
  const admin = new pg.Client({ connectionString: ownerUrl })
  await admin.connect()
  await admin.query(`create role ${appRole} login password '${password}'`)
  const template = await createTemplate(ownerUrl, appRole)
  const url = new URL(ownerUrl)
  url.username = appRole
  url.password = password
  const stop = async (): Promise<void> => {
    await admin.query(`drop database if exists ${template} with (force)`)
    await admin.query(`drop role ${appRole}`)
    await admin.end()
  }
  return { ownerUrl, url: url.href, template, stop }
}

async function createTemplate(ownerUrl: string, appRole: string): Promise<string> {
  const template = `tefter_template_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: ownerUrl })
  await admin.connect()
  try {
    await admin.query(`create database ${template}`)
  } finally {
    await admin.end()
  }
  const url = new URL(ownerUrl)
  url.pathname = `/${template}`
  await migrate({ ownerUrl: url.href, appRole, folder: MIGRATIONS })
  return template
}
