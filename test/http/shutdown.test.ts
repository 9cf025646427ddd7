import { sql } from 'kysely'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { defineCommand } from '../../src/kernel/command.ts'
import { readOnly } from '../../src/kernel/database.ts'
import { commandRoute } from '../../src/kernel/http/index.ts'
import { newId } from '../../src/kernel/ids.ts'
import { useApp } from '../support/app.ts'

const begun = Promise.withResolvers<void>()
const release = Promise.withResolvers<void>()

const slow = defineCommand({
  name: 'trial.take_time',
  permission: 'orders.place',
  summary: 'Take time',
  input: Type.Object({}),
  output: Type.Object({ id: Type.String() }),
  async run({ emit }) {
    const id = newId()
    emit({ type: 'trial.time_taken', documentType: 'trial', documentId: id, payload: {} })
    begun.resolve()
    await release.promise
    return { id }
  },
})

const server = useApp({ routes: [commandRoute(slow, { method: 'POST', path: '/v1/trial/slow', tag: 'trial' })] })

test('a stop finishes what is under way, takes nothing new, and is not held up by idle connections', async () => {
  const { id: org } = await server.createOrganization()
  const key = await server.createKey(org, 'owner')
  const address = await server.app.listen({ port: 0, host: '127.0.0.1' })
  const headers = { authorization: `Bearer ${key}` }
  await (await fetch(`${address}/healthz`)).text()
  const underWay = fetch(`${address}/v1/trial/slow`, { method: 'POST', headers })
  await begun.promise
  const closed = server.app.close()
  await expect(fetch(`${address}/healthz`, { headers: { connection: 'close' } }).then((answer) => answer.status)).rejects.toThrow()
  release.resolve()
  const answer = await underWay
  expect(answer.status).toBe(201)
  const { id } = (await answer.json()) as { id: string }
  await closed
  const ctx = { orgId: org }
  const { rows } = await readOnly(server.runtime.system.database, ctx, (tx) =>
    sql<{ document_id: string }>`select document_id from kernel.event where org_id = ${org} and type = 'trial.time_taken'`.execute(tx),
  )
  expect(rows).toEqual([{ document_id: id }])
})
