import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { ProblemSchema } from '../../kernel/http/index.ts'

/** Collects the API's description from the routes that follow; register it before them. */
export async function registerDescription(app: FastifyInstance, version: string): Promise<void> {
  app.addSchema(ProblemSchema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tefter',
        version,
        description:
          "The back office of a business that sells online. Amounts are integers in minor units with their currency, quantities integers of the item's base unit, times ISO 8601 in UTC. Refusals are RFC 9457 problem documents with a stable `code`. Lists take `limit` and `cursor`.",
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          api_key: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer tef_…`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'tefter.session_token',
            description: 'The session cookie of POST /v1/session. Writes need an Origin of this site.',
          },
        },
      },
      security: [{ api_key: [] }, { session: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => (typeof json['$id'] === 'string' ? json['$id'] : `schema-${index}`),
    },
    hideUntagged: true,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: false, uiConfig: { deepLinking: true, docExpansion: 'none' } })
}

/** Serves the description itself. */
export function registerDescriptionRoute(app: FastifyInstance): void {
  app.get('/v1/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
