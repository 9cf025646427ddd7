import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compressWeb } from '../../scripts/compress-web.ts'
import { registerWebApp } from '../../src/entry/http/web-app.ts'

const PAGE = `<!doctype html><title>Tefter</title>${' '.repeat(2000)}`
const SCRIPT = `export const words = '${'a'.repeat(3000)}'\n`

let dist = ''
let app: FastifyInstance

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'tefter-web-'))
  await mkdir(join(dist, 'assets'))
  await mkdir(join(dist, '.vite'))
  await writeFile(join(dist, 'index.html'), PAGE)
  await writeFile(join(dist, 'assets', 'base-abc.js'), SCRIPT)
  await writeFile(join(dist, 'assets', 'short-abc.js'), 'export {}\n')
  await writeFile(join(dist, '.vite', 'preloads.json'), JSON.stringify({ orders: ['/assets/orders-abc.js', '/assets/shell-abc.css'] }))
  await compressWeb(dist)
  app = Fastify()
  await registerWebApp(app, dist)
})
afterAll(async () => {
  await app.close()
  await rm(dist, { recursive: true, force: true })
})

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers: { accept: 'text/html', ...headers } })

test('a script goes out compressed to whoever takes it, plain to others, and is kept for good', async () => {
  const brotli = await get('/assets/base-abc.js', { 'accept-encoding': 'gzip, br' })
  expect(brotli.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'application/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(SCRIPT)
  const gzip = await get('/assets/base-abc.js', { 'accept-encoding': 'gzip' })
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT)
  const plain = await get('/assets/base-abc.js')
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(plain.body).toBe(SCRIPT)
  const short = await get('/assets/short-abc.js', { 'accept-encoding': 'gzip, br' })
  expect(short.headers['content-encoding']).toBeUndefined()
  expect(short.body).toBe('export {}\n')
})

test('every address of the office answers the start page, compressed and asked for anew each time', async () => {
  for (const url of ['/', '/orders', '/orders/01?x=1', '/sign-in']) {
    // oxlint-disable-next-line no-await-in-loop -- four addresses
    const page = await get(url, { 'accept-encoding': 'br' })
    expect(page.statusCode).toBe(200)
    expect(page.headers).toMatchObject({ 'content-encoding': 'br', 'cache-control': 'no-cache' })
    expect(brotliDecompressSync(page.rawPayload).toString()).toBe(PAGE)
  }
})

test('files of a page are named with it to whoever may be signed in, and to nobody else', async () => {
  const known = await get('/orders/01?x=1', { cookie: 'session=1' })
  expect(known.headers['link']).toBe(
    '</assets/orders-abc.js>; rel=modulepreload; crossorigin, </assets/shell-abc.css>; rel=preload; as=style; crossorigin',
  )
  expect((await get('/orders/01')).headers['link']).toBeUndefined()
  expect((await get('/audit', { cookie: 'session=1' })).headers['link']).toBeUndefined()
})

test('a compressed copy is not a file of its own, and a missing asset is a 404', async () => {
  expect((await get('/assets/base-abc.js.br')).statusCode).toBe(404)
  expect((await get('/assets/gone.js')).statusCode).toBe(404)
})
