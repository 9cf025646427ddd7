import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readTrackingPage } from '../../flows/telling/tracking.ts'
import { renderNoTrackingPage, renderTrackingPage, TRACKING_PAGE_POLICY } from '../../modules/messaging/index.ts'
import type { Runtime } from '../runtime.ts'

/** Looks a minute from one address. A person reloads a few times; who tries tokens is stopped. */
const MOST_LOOKS = 60

interface Link {
  Params: { token: string }
  Querystring: { lang?: string | string[] }
}

/** The public page of an order at `/t/{token}`: no sign-in, no scripts, not indexed, not kept by caches, no referrer to the carrier. */
export function registerTrackingRoutes(app: FastifyInstance, runtime: Runtime): void {
  app.get<Link>(
    '/t/:token',
    {
      schema: { hide: true },
      config: { rateLimit: { max: MOST_LOOKS, timeWindow: 60_000, keyGenerator: (request: FastifyRequest) => `tracking ${request.ip}` } },
    },
    async (request, reply) => {
      const { lang } = request.query
      const wanted = typeof lang === 'string' ? lang : undefined
      const page = await readTrackingPage(runtime.system, (orgId) => runtime.contextOf(orgId), { token: request.params.token, wanted })
      void reply
        .header('content-security-policy', TRACKING_PAGE_POLICY)
        .header('x-robots-tag', 'noindex, nofollow')
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'private, no-store')
        .type('text/html; charset=utf-8')
      if (page === undefined) return reply.status(404).send(renderNoTrackingPage(languageOf(request, wanted)))
      return reply.send(renderTrackingPage(page.order, page.language))
    },
  )
}

/** Nobody's page has no address to go by: what was asked for, else what the browser prefers. */
function languageOf(request: FastifyRequest, wanted: string | undefined): 'en' | 'sr-Latn' | 'sr-Cyrl' {
  if (wanted === 'sr-Latn' || wanted === 'sr-Cyrl') return wanted
  return wanted === undefined && /^\s*(sr|bs|hr|cnr)\b/i.test(request.headers['accept-language'] ?? '') ? 'sr-Latn' : 'en'
}
