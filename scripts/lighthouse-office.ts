import { addressOf } from '../src/entry/database-address.ts'
import { buildApp } from '../src/entry/http/app.ts'
import { openRuntime } from '../src/entry/runtime.ts'
import { provisionOrganization } from '../src/flows/provision-organization.ts'
import { readConfig } from '../src/kernel/config.ts'
import { silentLog } from '../src/kernel/log.ts'
import { createApiKey, createUser } from '../src/modules/identity/index.ts'
import { orderOf, seedBusiness } from '../test/browser/business.ts'
import { createTestDatabase } from '../test/support/database.ts'
import { openTestServer } from '../test/support/global-setup.ts'

/** A server with a business in it, to be measured. */
export interface MeasuredOffice {
  url: string
  email: string
  password: string
  pages: readonly { name: string; path: string }[]
  close(): Promise<void>
}

const EMAIL = 'owner@example.com'
const PASSWORD = 'correct horse battery'
/** Orders of the seeded business. */
const ORDERS = 300

/** The server that the environment names (its order page by `TEFTER_OFFICE_ORDER`), or one of our own with a seeded business. */
export async function openOffice(): Promise<MeasuredOffice> {
  const { TEFTER_OFFICE_URL: url, TEFTER_OFFICE_EMAIL: email, TEFTER_OFFICE_PASSWORD: password } = process.env
  if (url === undefined) return seededOffice()
  if (email === undefined || password === undefined)
    throw new Error('Set TEFTER_OFFICE_EMAIL and TEFTER_OFFICE_PASSWORD with TEFTER_OFFICE_URL.')
  return { url, email, password, pages: pagesWith(process.env['TEFTER_OFFICE_ORDER'] ?? ''), close: async () => undefined }
}

function pagesWith(orderId: string): MeasuredOffice['pages'] {
  return [
    { name: 'home', path: '/' },
    { name: 'orders', path: '/orders' },
    ...(orderId === '' ? [] : [{ name: 'order', path: `/orders/${orderId}` }]),
  ]
}

async function seededOffice(): Promise<MeasuredOffice> {
  const { server, stop } = await openTestServer()
  const database = await createTestDatabase({ server })
  const runtime = await openRuntime(
    readConfig({ TEFTER_SECRET: 'only to measure, on this machine alone', PORT: '0', TEFTER_SIGN_IN_LIMIT: '1000' }),
    addressOf(database.url, database.ownerUrl),
    { log: silentLog },
  )
  const app = await buildApp(runtime)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { system, clock, log, contextOf } = runtime
  const names = { name: 'Measured shop', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' } as const
  const { id } = await provisionOrganization(system, { clock, log }, names)
  await createUser(system, await contextOf(id), { email: EMAIL, name: 'Mira Jovanović', role: 'owner', password: PASSWORD })
  const { key } = await createApiKey(system, await contextOf(id), { name: 'seed', scopes: ['owner'] })
  const business = await seedBusiness(
    {
      createKey: async () => key ?? '',
      call: async (method, path, options = {}) => {
        const answer = await app.inject({
          method,
          url: path,
          headers: { authorization: `Bearer ${key}` },
          ...(options.body === undefined ? {} : { payload: options.body as object }),
        })
        const body = answer.body === '' ? undefined : answer.json()
        return { status: answer.statusCode, headers: answer.headers, text: answer.body, body }
      },
    },
    { organization: id, email: EMAIL, stock: true },
  )
  const orders = Array.from({ length: ORDERS }, (_, index) =>
    orderOf(`M-${index}`, [{ sku: index % 2 === 0 ? '85123A' : '84879', quantity: 1 + (index % 3) }]),
  )
  for (let begin = 0; begin < ORDERS; begin += 100)
    // oxlint-disable-next-line no-await-in-loop -- a few batches
    await business.call('POST', '/v1/orders/batch', { orders: orders.slice(begin, begin + 100) })
  const first = (await business.call('GET', '/v1/orders?limit=1')) as { data: { id: string }[] }
  return {
    url,
    email: EMAIL,
    password: PASSWORD,
    pages: pagesWith(first.data[0]?.id ?? ''),
    async close() {
      await app.close()
      await runtime.close()
      await database.drop()
      await stop()
    },
  }
}
