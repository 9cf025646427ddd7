import { setTimeout as delay } from 'node:timers/promises'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'

/** The server of a test run: addresses of its maintenance database by role, the migrated template, a folder. */
export interface TestServer {
  readonly ownerUrl: string
  readonly url: string
  readonly template: string
  /** Removed after the run, see `makeTemporaryFolder`. */
  readonly folder: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer
  }
}

/** A migrated, empty database. */
export interface TestDatabase {
  /** Connection string of the application's role, for which row-level security holds. */
  readonly url: string
  /** Connection string of the role that owns the tables. */
  readonly ownerUrl: string
  readonly name: string
  /** Drops the database, and cuts connections that are still open. */
  drop(): Promise<void>
}

/**
 * Creates a database from the migrated template. Call `drop()` at the end; `useDatabase` does it for you.
 *
 * @param options.empty without the migrations, for tests of migrating
 */
export async function createTestDatabase(options: { empty?: boolean; server?: TestServer } = {}): Promise<TestDatabase> {
  const server = options.server ?? inject('testServer')
  const name = `tefter_test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${options.empty === true ? 'template0' : server.template}`)
  return {
    name,
    url: withDatabase(server.url, name),
    ownerUrl: withDatabase(server.ownerUrl, name),
    drop: async () => await drop(server, name),
  }
}

/**
 * Gives the test file a database of its own for all its tests, and drops it afterwards. Call it once, at the top
 * of the file; read `url` and `ownerUrl` inside hooks and tests only, because the database is created before them.
 *
 * @example
 * const database = useDatabase()
 * test('…', async () => { const client = new pg.Client(database.url) … })
 */
export function useDatabase(options: { empty?: boolean } = {}): Omit<TestDatabase, 'drop'> {
  let created: TestDatabase | undefined
  beforeAll(async () => {
    created = await createTestDatabase(options)
  })
  afterAll(async () => {
    await created?.drop()
  })
  const get = (): TestDatabase => {
    if (created === undefined) throw new Error('The database of useDatabase() exists inside hooks and tests only.')
    return created
  }
  return {
    get name() {
      return get().name
    },
    get url() {
      return get().url
    },
    get ownerUrl() {
      return get().ownerUrl
    },
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

/** A worker of the server itself (autovacuum) may be in the database, and only a superuser may end it: it is gone a moment later. */
const DROP_ATTEMPTS = 20

async function drop(server: TestServer, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      return await administer(server, `drop database if exists ${name} with (force)`)
    } catch (error) {
      if (attempt === DROP_ATTEMPTS || (error as { code?: string }).code !== '42501') throw error
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      await delay(250)
    }
  }
}

async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.ownerUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
