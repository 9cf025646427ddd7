import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findRunningPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'

const PROGRAM = join(import.meta.dirname, '..', 'support', 'embedded-server-process.ts')

let parent: string
let dataDir: string
let running: EmbeddedPostgres[]
let children: ChildProcess[]

beforeEach(() => {
  parent = makeTemporaryFolder()
  dataDir = join(parent, 'data of a shop')
  running = []
  children = []
})

afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()))
  for (const child of children) child.kill('SIGKILL')
  const left = await findRunningPostgres(dataDir)
  if (left !== undefined) process.kill(left.pid, 'SIGKILL')
})

async function start(role: 'server' | 'command' = 'server'): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, role })
  running.push(postgres)
  return postgres
}

/** Starts it in a process of its own; answers the first line the process prints. */
async function startProcess(role = 'server'): Promise<{ child: ChildProcess; pid: number; url: string; refused?: string }> {
  const child = spawn(process.execPath, [PROGRAM, dataDir, role], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, ...(JSON.parse(line) as { pid: number; url: string; refused?: string }) }
}

async function ask<T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    return (await client.query<T>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Asks again until the server answers, ten seconds at most. */
async function askUntilAnswered<T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- waiting for a restart
      return await ask<T>(url, statement)
    } catch (error) {
      if (attempt >= 100) throw error
      // oxlint-disable-next-line no-await-in-loop -- waiting for a restart
      await sleep(100)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('one process', () => {
  test('starts from a path with spaces, asks for passwords, and keeps its data for a second start', async () => {
    const first = await start()
    await ask(first.ownerUrl, 'create schema shop; create table shop.sale (n int); insert into shop.sale values (7)')
    const [roles] = await ask(
      first.ownerUrl,
      `select (select rolsuper from pg_roles where rolname = current_user) as owner_super,
              (select rolsuper or rolbypassrls from pg_roles where rolname = 'tefter_app') as app_super,
              current_setting('listen_addresses') as listens, current_setting('fsync') as fsync,
              (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding`,
    )
    expect(roles).toEqual({ owner_super: false, app_super: false, listens: '127.0.0.1', fsync: 'on', encoding: 'UTF8' })
    await expect(ask(first.url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select')).rejects.toThrow(/password authentication failed/)
    await expect(ask(first.url, 'select * from shop.sale')).rejects.toThrow(/permission denied/)
    expect(statSync(join(dataDir, 'postgres-secrets.json')).mode & 0o777).toBe(0o600)

    await first.stop()
    await expect.poll(() => isAlive(first.pid), { timeout: 15_000, interval: 50 }).toBe(false)
    const second = await start()
    expect(second.port).toBe(first.port)
    expect(await ask(second.ownerUrl, 'select n from shop.sale')).toEqual([{ n: 7 }])
  })

  test('sorts Serbian by a collation that a column names', async () => {
    const postgres = await start()
    const rows = await ask<{ word: string }>(
      postgres.ownerUrl,
      `select word from unnest(array['Šabac', 'Zemun', 'Čačak', 'Subotica', 'Ćuprija']) word order by word collate "sr-Latn-x-icu"`,
    )
    expect(rows.map(({ word }) => word)).toEqual(['Čačak', 'Ćuprija', 'Subotica', 'Šabac', 'Zemun'])
  })

  test('restarts PostgreSQL at the same address when it is killed, and nothing committed is lost', async () => {
    const postgres = await start()
    const before = postgres.pid
    await ask(postgres.ownerUrl, 'create table kept (n int); insert into kept values (1)')
    process.kill(before, 'SIGKILL')
    expect(await askUntilAnswered(postgres.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }])
    await expect.poll(() => postgres.pid, { timeout: 5000 }).not.toBe(before)
    await postgres.stop()
    await expect.poll(() => isAlive(postgres.pid), { timeout: 15_000, interval: 50 }).toBe(false)
  })

  test('is not deceived by a process number that now belongs to another process', async () => {
    const first = await start()
    await first.stop()
    const folder = join(dataDir, 'postgres')
    writeFileSync(join(folder, 'postmaster.pid'), `${process.pid}\n${folder}\n1\n${first.port}\n\n127.0.0.1\n\nready\n`)
    const second = await start()
    expect(second.pid).not.toBe(process.pid)
    expect(await ask(second.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test.runIf(process.getuid?.() === 0)('keeps the cluster elsewhere when its user may not enter the data folder', async () => {
    mkdirSync(dataDir)
    chmodSync(parent, 0o700)
    const postgres = await start()
    const cluster = realpathSync(join(dataDir, 'postgres'))
    expect(cluster).toMatch(/^\/var\/lib\/tefter\/[0-9a-f]{16}$/)
    await postgres.stop()
    const again = await start()
    expect(await ask(again.url, 'select 1 as n')).toEqual([{ n: 1 }])
    await again.stop()
    rmSync(cluster, { recursive: true })
  })
})

describe('several processes', () => {
  test('the orphan of a killed server is adopted and supervised by the next', async () => {
    const killed = await startProcess()
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    expect(isAlive(killed.pid)).toBe(true)

    const postgres = await start()
    expect(postgres.pid).toBe(killed.pid)
    process.kill(postgres.pid, 'SIGKILL')
    expect(await askUntilAnswered(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('starts after both the server and PostgreSQL were killed', async () => {
    const killed = await startProcess()
    killed.child.kill('SIGKILL')
    process.kill(killed.pid, 'SIGKILL')
    await once(killed.child, 'exit')
    const postgres = await start()
    expect(postgres.pid).not.toBe(killed.pid)
    expect(await ask(postgres.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('of two servers started at once on a new folder one runs, and the other names it in a sentence', async () => {
    const both = await Promise.all([startProcess(), startProcess()])
    const winner = both.find(({ refused }) => refused === undefined)
    const loser = both.find(({ refused }) => refused !== undefined)
    expect(loser?.refused).toContain(`process ${winner?.child.pid}`)

    const third = await startProcess()
    expect(third.refused).toBe(
      `Tefter (process ${winner?.child.pid} at http://127.0.0.1:${winner?.child.pid}) already runs on the data folder ${dataDir}: stop it first, or give this one its own folder in TEFTER_DATA.`,
    )
    expect(await ask(winner?.url ?? '', 'select 1 as n')).toEqual([{ n: 1 }])

    winner?.child.kill('SIGTERM')
    await once(winner?.child ?? third.child, 'exit')
    await expect.poll(() => isAlive(winner?.pid ?? 0), { timeout: 15_000, interval: 50 }).toBe(false)
    expect(await findRunningPostgres(dataDir)).toBeUndefined()
  })

  test('a command beside a server finds it and leaves it running', async () => {
    const server = await startProcess()
    const command = await start('command')
    expect(command.pid).toBe(server.pid)
    expect(await findRunningPostgres(dataDir)).toMatchObject({ pid: server.pid, url: command.url, ownerUrl: command.ownerUrl })
    await command.stop()
    expect(await ask(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('two commands at once share one PostgreSQL, and the last one turns it off', async () => {
    const [first, second] = await Promise.all([start('command'), start('command')])
    expect(first.pid).toBe(second.pid)
    await first.stop()
    expect(await ask(second.url, 'select 1 as n')).toEqual([{ n: 1 }])
    await second.stop()
    await expect.poll(() => isAlive(second.pid), { timeout: 15_000, interval: 50 }).toBe(false)
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down')
  })

  test('a server may start while a command uses PostgreSQL, and keeps it when the command ends', async () => {
    const command = await start('command')
    const server = await start('server')
    await command.stop()
    expect(await ask(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
    process.kill(server.pid, 'SIGKILL')
    expect(await askUntilAnswered(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })
})
