import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
      // The build lays a `.br` and a `.gz` beside each text (scripts/compress-web.ts); they are sent in its place, never by their own name.
      preCompressed: true,
      globIgnore: ['**/*.br', '**/*.gz'],
      // The start page goes out below, with its hints.
      index: false,
      // File names under assets carry a hash of their content.
      setHeaders: (reply, path) =>
        void reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
    })
  }
  const hints = built ? readHints(dist) : {}
  const sendStartPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const files = hasCookie(request) ? hints[firstWord(request.url)] : undefined
    if (files !== undefined) void reply.header('link', files.map(hintOf).join(', '))
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    const wantsPage = request.method === 'GET' && !NOT_PAGES.test(path) && /html|\*\/\*/.test(request.headers.accept ?? '*/*')
    if (wantsPage && built) return sendStartPage(request, reply)
    if (wantsPage) return reply.type('text/html; charset=utf-8').send(NOT_BUILT)
    return sendProblem(
      reply,
      problem(404, 'kernel.no_such_route', `There is no ${request.method} ${path}. All operations stand at /docs.`, {
        instance: request.id,
      }),
    )
  })
}

/** Files of the page at an address, by the first word of its path, as the build wrote them (scripts/web-preloads.ts). */
type Hints = Readonly<Record<string, readonly string[]>>

function readHints(dist: string): Hints {
  const file = join(dist, '.vite', 'preloads.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Hints) : {}
}

/** Whoever is signed out sees the sign-in page whatever the address, and needs none of its files. */
function hasCookie(request: FastifyRequest): boolean {
  return request.headers.cookie !== undefined
}

const firstWord = (url: string): string => url.split('?')[0]?.split('/')[1] ?? ''

/** Tells the browser to load a file before it has read the page (RFC 8288; HTML § Link type "modulepreload"). */
function hintOf(file: string): string {
  return file.endsWith('.css') ? `<${file}>; rel=preload; as=style; crossorigin` : `<${file}>; rel=modulepreload; crossorigin`
}
