import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { allRoutes } from '../../src/entry/routes.ts'
import { useApp } from '../support/app.ts'

const server = useApp({ settings: { TEFTER_METRICS_PUBLIC: 'false' } })

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  responses: Record<string, unknown>
}

describe('the description of the API', () => {
  test('is valid OpenAPI 3.1', async () => {
    const { body } = await server.call('GET', '/v1/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const validator = new Validator()
    const result = await validator.validate(body)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  test('has every route with its name, summary, tag and refusals', async () => {
    const { body } = await server.call('GET', '/v1/openapi.json')
    for (const route of allRoutes) {
      const path = route.path.replaceAll(/:([a-z_]+)/g, '{$1}')
      const operation = body.paths[path]?.[route.method.toLowerCase()] as Operation | undefined
      expect(operation, `${route.method} ${path}`).toBeDefined()
      expect(operation?.operationId).toBe(route.name)
      expect(operation?.summary).not.toBe('')
      expect(operation?.tags).toEqual([route.tag])
      expect(Object.keys(operation?.responses ?? {})).toEqual(
        expect.arrayContaining([String(route.status), '400', '401', '403', '422', '500']),
      )
    }
  })

  test('can be read by people, under the content security policy', async () => {
    const page = await server.call('GET', '/docs')
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/<script(?![^>]*src=)[^>]*>[^<]/)
    expect(page.headers['content-security-policy']).toContain("script-src 'self';")
  })
})

describe('health', () => {
  test('the process lives, is ready, and measures itself for this machine only', async () => {
    expect((await server.call('GET', '/healthz')).body).toEqual({ status: 'ok' })
    expect((await server.call('GET', '/readyz')).body).toEqual({ status: 'ready' })
    const metrics = await server.call('GET', '/metrics')
    expect(metrics.text).toMatch(/tefter_http_request_seconds_count\{route="\/healthz",method="GET",status="200"\} 1/)
    expect(metrics.text).toMatch(/tefter_pool_size \d+/)
    const outside = await server.app.inject({ url: '/metrics', remoteAddress: '203.0.113.9' })
    expect(outside.json()).toMatchObject({ status: 403, code: 'kernel.metrics_private' })
    const proxied = await server.call('GET', '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(proxied.status).toBe(403)
  })

  test('a page is answered with a page, an unknown operation with a problem', async () => {
    const page = await server.call('GET', '/orders/17', { headers: { accept: 'text/html' } })
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)])
    expect((await server.call('GET', '/v1/orders-of-nobody', { headers: { accept: 'text/html' } })).body).toMatchObject({
      status: 404,
      code: 'kernel.no_such_route',
    })
    expect((await server.call('POST', '/orders/17', { headers: { accept: 'text/html' } })).status).toBe(404)
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    })
  })
})
