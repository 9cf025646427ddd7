import { beforeAll, describe, expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { listenLive } from '../support/live-updates.ts'

const server = useApp()
let address = ''
let org = 0

beforeAll(async () => {
  org = (await server.createOrganization()).id
  address = await server.app.listen({ port: 0, host: '127.0.0.1' })
})

const listen = (key: string, lastEventId?: string) => listenLive(address, key, lastEventId)

describe('the live stream', () => {
  test("tells what is committed in the caller's organization, without personal values", async () => {
    const stream = await listen(await server.createKey(org, 'viewer'))
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const stranger = (await server.createOrganization('Other')).id
    await server.createUser(stranger, 'viewer')
    await server.createUser(org, 'viewer')
    await expect.poll(() => stream.heard.filter(({ event }) => event === 'identity.user_added').length, { timeout: 5000 }).toBe(1)
    const [message] = stream.heard.filter(({ event }) => event === 'identity.user_added')
    expect(Object.keys(message?.data ?? {})).toEqual(['seq', 'type', 'document_type', 'document_id'])
    expect(message?.id).toMatch(/^\d+\.\d+$/)
    await stream.leave()
  })

  test('tells only what the caller may read', async () => {
    const stream = await listen(await server.createKey(org, 'catalog.*'))
    const watcher = await listen(await server.createKey(org, 'viewer'))
    await server.createUser(org, 'viewer')
    // This very event: a later test must not hear of it late.
    await expect.poll(() => watcher.heard.at(-1)?.event, { timeout: 5000 }).toBe('identity.user_added')
    expect(stream.heard).toEqual([])
    await Promise.all([stream.leave(), watcher.leave()])
  })

  test('goes on after a broken connection where it ended', async () => {
    const key = await server.createKey(org, 'viewer')
    const first = await listen(key)
    await server.createUser(org, 'viewer')
    await expect.poll(() => first.heard.at(-1)?.event, { timeout: 5000 }).toBe('identity.user_added')
    await first.leave()
    const seen = first.heard.at(-1)
    await server.createUser(org, 'viewer')
    await server.createUser(org, 'viewer')
    await expect
      .poll(
        async () => {
          const second = await listen(key, seen?.id)
          await new Promise((done) => setTimeout(done, 100))
          await second.leave()
          return second.heard.length
        },
        { timeout: 5000 },
      )
      .toBe(2)
  })

  test('wants a caller', async () => {
    expect((await fetch(`${address}/v1/events/stream`)).status).toBe(401)
  })
})
