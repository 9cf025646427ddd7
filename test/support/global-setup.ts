import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts'
import { migrate } from '../../src/kernel/migrate.ts'
import type { TestServer } from './database.ts'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations')
/** Nothing a test writes outlives the run, so nothing needs to reach the disk. */
const THROWAWAY = { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', checkpoint_timeout: '1h' }

/**
 * Runs once before all tests: finds or starts a PostgreSQL and migrates the template from which every test file
 * gets a database of its own. `TEST_DATABASE_URL` names a server of your own, by a role that may create databases
 * and roles; without it an embedded server is started in a temporary folder.
 *
 * @returns what vitest runs after all tests
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await openTestServer()
  project.provide('testServer', server)
  return stop
}

/** A server with a migrated template, and how to leave nothing of it behind. */
export async function openTestServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const own = process.env['TEST_DATABASE_URL']
  return own === undefined ? await startServer() : await borrowServer(own)
}

async function startServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tefter-test-'))
  // The server may run as another user, who must be able to enter.
  await chmod(dataDir, 0o755)
  cleanUpAfter(process.pid, dataDir)
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, settings: THROWAWAY })
    const template = await createTemplate(postgres.ownerUrl, 'tefter_app')
    const stop = async (): Promise<void> => {
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
    return { server: { ownerUrl: postgres.ownerUrl, url: postgres.url, template }, stop }
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

/**
 * Watches over the run from outside: when the process `pid` is gone without having tidied up (Ctrl-C twice,
 * kill -9), it ends the server and removes the folder.
 */
function cleanUpAfter(pid: number, dataDir: string): void {
  if (process.platform === 'win32') return
  const script = `
    while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
    [ -d "$2" ] || exit 0
    server=$(head -n 1 "$2/postgres/postmaster.pid" 2>/dev/null)
    if [ -n "$server" ]; then
      kill -INT "$server" 2>/dev/null
      for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$server" 2>/dev/null || break; sleep 1; done
    fi
    rm -rf "$2"`
  spawn('/bin/sh', ['-c', script, 'tefter-test-cleanup', String(pid), dataDir], { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}

async function borrowServer(ownerUrl: string): Promise<{ server: TestServer; stop(): Promise<void> }> {
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
  return { server: { ownerUrl, url: url.href, template }, stop }
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
