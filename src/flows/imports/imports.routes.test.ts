import Fastify from 'fastify'
import multipart from '@fastify/multipart'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import type { ImportRun } from './import-run.ts'
import { importRoutes } from './imports.routes.ts'

const system = useSystem()

/** Sends a file through the route itself, with the parts of Fastify that it uses. */
async function post(ctx: Context, input: Record<string, unknown>, file: string | null): Promise<ImportRun> {
  const route = importRoutes.find((candidate) => candidate.name === 'imports.import_file')
  const app = Fastify()
  await app.register(multipart)
  let outcome: Promise<unknown> = Promise.resolve()
  app.post('/', async (request, reply) => {
    outcome = route?.run({ system, ctx, input, idempotencyKey: undefined, request, reply }) ?? Promise.resolve()
    await outcome.catch(() => undefined)
    return {}
  })
  const body =
    file === null
      ? '--b--\r\n'
      : `--b\r\ncontent-disposition: form-data; name="file"; filename="items.csv"\r\ncontent-type: text/csv\r\n\r\n${file}\r\n--b--\r\n`
  await app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'multipart/form-data; boundary=b' }, payload: body })
  await app.close()
  return outcome as Promise<ImportRun>
}

test('an uploaded file is previewed under its name', async () => {
  expect(await post(testContext(), { kind: 'items', preview: true }, 'sku,name\nA,Mug')).toMatchObject({
    status: 'previewed',
    file_name: 'items.csv',
    rows_total: 1,
    rows_bad: 0,
  })
})

test('an upload without a file and an unknown kind are refused', async () => {
  expect((await refusalOf(post(testContext(), { kind: 'items' }, null))).code).toBe('imports.no_file')
  expect((await refusalOf(post(testContext(), { kind: 'cats' }, 'a,b\n'))).code).toBe('kernel.invalid_input')
})
