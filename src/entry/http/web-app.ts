import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { problem } from '../../kernel/http/index.ts'
import { sendProblem } from './refusals.ts'

const DIST = join(import.meta.dirname, '..', '..', '..', 'web', 'dist')
/** Paths that never answer with the web app's page. */
const NOT_PAGES = /^\/(v1|docs|healthz|readyz|metrics|assets)(\/|$)/

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tefter</title>
<body><h1>Tefter is running</h1>
<p>The web app is not built yet: run <code>npm run build</code> and reload this page.</p>
<p>The API is described at <a href="/docs">/docs</a>.</p></body></html>`

/** Serves the built web app; unknown paths that want a page get its start page, which routes them itself. */
export async function registerWebApp(app: FastifyInstance, dist = DIST): Promise<void> {
  const built = existsSync(join(dist, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: dist,
      wildcard: false,
      // File names under assets carry a hash of their content.
      setHeaders: (reply, path) =>
        void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const wantsPage = request.method === 'GET' && !NOT_PAGES.test(path) && /html|\*\/\*/.test(request.headers.accept ?? '*/*')
    if (wantsPage && built) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    if (wantsPage) return reply.type('text/html; charset=utf-8').send(NOT_BUILT)
    return sendProblem(
      reply,
      problem(404, 'kernel.no_such_route', `There is no ${request.method} ${path}. All operations stand at /docs.`, {
        instance: request.id,
      }),
    )
  })
}
