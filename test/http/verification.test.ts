import { expect, test } from 'vitest'
import { useApp } from '../support/app.ts'

const server = useApp()

test('before the first verification the latest is null, not a refusal; afterwards it is the run', async () => {
  const { id } = await server.createOrganization('New shop')
  const headers = { authorization: `Bearer ${await server.createKey(id, 'owner')}` }
  const latest = () => server.app.inject({ method: 'GET', url: '/v1/verification', headers })
  const before = await latest()
  expect([before.statusCode, before.body]).toEqual([200, 'null'])
  const run = await server.app.inject({ method: 'POST', url: '/v1/verification', headers, payload: {} })
  expect(run.json()).toMatchObject({ ok: true })
  const after = await latest()
  expect(after.statusCode).toBe(200)
  expect(after.json()).toEqual(run.json())
})
