import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import { addressOf } from '../../src/entry/database-address.ts'
import { type AppOptions, buildApp } from '../../src/entry/http/app.ts'
import { openRuntime, type Runtime } from '../../src/entry/runtime.ts'
import { provisionOrganization } from '../../src/flows/provision-organization.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { readConfig } from '../../src/kernel/config.ts'
import { type Log, silentLog } from '../../src/kernel/log.ts'
import { createApiKey, createUser, type Organization } from '../../src/modules/identity/index.ts'
import { useDatabase } from './database.ts'

/** An answer of the server, its JSON read. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  body: any
  text: string
}

/** The whole program in process, on a database of its own. Read its members in hooks and tests only. */
export interface TestApp {
  readonly app: FastifyInstance
  readonly runtime: Runtime
  readonly ownerUrl: string
  /** A new organization with its standard rows. */
  createOrganization(name?: string): Promise<Organization>
  /** A key of an organization with scopes, such as a role's name. */
  createKey(orgId: number, ...scopes: string[]): Promise<string>
  /** A user with the password {@link PASSWORD}; answers the e-mail. */
  createUser(orgId: number, role: string): Promise<string>
  /** One request, with a bearer key when one is given. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    options?: { key?: string | undefined; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
}

export const PASSWORD = 'correct horse battery'

/** Starts the program in process for a test file, on a fresh database, and ends it afterwards. Every answer is compared with its schema. */
export function useApp(options: AppOptions & { settings?: Record<string, string>; clock?: Clock; log?: Log } = {}): TestApp {
  const database = useDatabase()
  let app: FastifyInstance | undefined
  let runtime: Runtime | undefined
  let people = 0
  beforeAll(async () => {
    const config = readConfig({
      TEFTER_SECRET: 'a secret that is long enough for a test',
      TEFTER_POOL_SIZE: '8',
      PORT: '0',
      ...options.settings,
    })
    runtime = await openRuntime(config, addressOf(database.url, database.ownerUrl), {
      log: options.log ?? silentLog,
      ...(options.clock ? { clock: options.clock } : {}),
    })
    app = await buildApp(runtime, { checkAnswers: true, ...options })
  })
  afterAll(async () => {
    await app?.close()
    await runtime?.close()
  })
  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The program of useApp() runs inside hooks and tests only.')
    return value
  }
  const call: TestApp['call'] = async (method, url, { key, body, headers } = {}) => {
    const request: InjectOptions = {
      method,
      url,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
    }
    if (body !== undefined) request.payload = body as NonNullable<InjectOptions['payload']>
    const response = await started(app).inject(request)
    const isJson = /json/.test(String(response.headers['content-type'] ?? ''))
    return {
      status: response.statusCode,
      headers: response.headers as Answer['headers'],
      text: response.body,
      body: isJson && response.body !== '' ? response.json() : undefined,
    }
  }
  return {
    get app() {
      return started(app)
    },
    get runtime() {
      return started(runtime)
    },
    get ownerUrl() {
      return database.ownerUrl
    },
    async createOrganization(name = 'Test') {
      const { system, clock, log } = started(runtime)
      return provisionOrganization(system, { clock, log }, { name, time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' })
    },
    async createKey(orgId, ...scopes) {
      const { system, contextOf } = started(runtime)
      const { key } = await createApiKey(system, await contextOf(orgId), { name: 'test', scopes })
      return key ?? ''
    },
    async createUser(orgId, role) {
      const { system, contextOf } = started(runtime)
      people += 1
      const email = `${role}-${people}@example.com`
      await createUser(system, await contextOf(orgId), { email, name: role, role, password: PASSWORD })
      return email
    },
    call,
  }
}
