import { afterAll, beforeAll } from 'vitest'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import type { Actor, Context } from '../../src/kernel/context.ts'
import { type Database, openDatabase } from '../../src/kernel/database.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import type { SyncHandlers } from '../../src/kernel/events.ts'
import { newId } from '../../src/kernel/ids.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { System } from '../../src/kernel/runner.ts'
import { useDatabase } from './database.ts'

let lastOrgId = 0

export interface TestContextOptions {
  orgId?: number
  /** Permissions the actor holds; without it, all. */
  permissions?: readonly string[]
  clock?: Clock
  actor?: Actor
}

/** A context of an organization of its own (or `orgId`), in Belgrade with base currency EUR. */
export function testContext(options: TestContextOptions = {}): Context {
  lastOrgId += 1
  const { permissions } = options
  return {
    orgId: options.orgId ?? lastOrgId,
    org: { timeZone: 'Europe/Belgrade', baseCurrency: 'EUR', language: 'en' },
    actor: options.actor ?? { kind: 'user', id: newId() },
    may: (permission) => permissions === undefined || permissions.includes(permission),
    requestId: null,
    clock: options.clock ?? systemClock,
    log: silentLog,
  }
}

/** A database of the test file's own with the system that commands run on. Read its fields inside hooks and tests only. */
export function useSystem(handlers: SyncHandlers = new Map()): System & { ownerUrl: string } {
  const testDatabase = useDatabase()
  let database: Database | undefined
  beforeAll(() => {
    database = openDatabase(testDatabase.url, { maxConnections: 8 })
  })
  afterAll(async () => {
    await database?.close()
  })
  return {
    get database() {
      if (database === undefined) throw new Error('The system of useSystem() exists inside hooks and tests only.')
      return database
    },
    get ownerUrl() {
      return testDatabase.ownerUrl
    },
    handlers,
    onCommit: () => undefined,
  }
}

/** The refusal of a promise that must fail with a DomainError; fails the test when it does not. */
export async function refusalOf(work: Promise<unknown>): Promise<DomainError> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(outcome instanceof DomainError))
    throw new Error(`Expected a refusal, got ${outcome instanceof Error ? outcome.message : 'success'}`, { cause: outcome })
  return outcome
}
