import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { registerMigrate } from '../../src/entry/cli/commands/migrate.ts'
import { registerStart } from '../../src/entry/cli/commands/start.ts'
import { readConfig, Settings } from '../../src/kernel/config.ts'

/** Every file, port, variable and command that the container files name is there: no engine is needed to see that. */
const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

interface Service {
  image?: string
  build?: string | { context: string; dockerfile: string }
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test?: string[]; disable?: boolean }
  stop_grace_period?: string
  networks?: string[]
}

interface Compose {
  services: Record<string, Service>
  networks: { inside: { ipam: { config: { subnet: string }[] } } }
  volumes: Record<string, null>
}

const compose = parse(read('deploy/compose.yaml'), { merge: true }) as Compose
const dockerfile = read('deploy/Dockerfile').replaceAll(/\\\n\s*/g, ' ')
const lines = dockerfile.split('\n').filter((line) => !line.startsWith('#'))
/** What `ENV NAME=value …` sets in the last stage. */
const imageEnvironment = Object.fromEntries(
  lines
    .filter((line) => line.startsWith('ENV '))
    .flatMap((line) => line.slice(4).trim().split(/\s+/))
    .map((pair) => pair.split('=') as [string, string]),
)
const ours = Object.entries(compose.services).filter(([, service]) => service.image === 'tefter')

/** Fills `${NAME:?…}` in, as compose does from its env file. */
const SAMPLE: Record<string, string> = { PUBLIC_HOST: 'shop.example', SECRET: 'x'.repeat(48) }
const filled = (value: string): string => value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_, name: string) => SAMPLE[name] ?? 'abc123')
const environmentOf = (service: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, filled(value)]))

describe('the image', () => {
  test('copies files that exist and that the builder is given', () => {
    const given = new Set(
      read('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    )
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1))
    expect(sources.length).toBeGreaterThan(8)
    expect(sources.filter((path) => !existsSync(join(ROOT, path)) || !given.has(path))).toEqual([])
  })

  test('takes from stages that it built, by paths these have', () => {
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name)
    const taken = [...dockerfile.matchAll(/^COPY --from=(\w+) (\S+) /gm)].map(([, stage, path]) => ({ stage, path }))
    expect(taken).toEqual([
      { stage: 'production', path: '/app/node_modules' },
      { stage: 'web', path: '/app/web/dist' },
    ])
    expect(stages).toEqual(['web', 'production'])
    expect(dockerfile).toContain('RUN node scripts/build-web.ts')
    expect(existsSync(join(ROOT, 'scripts/build-web.ts'))).toBe(true)
  })

  test('runs on the Node that package.json asks for, without rights, on the port that it opens', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
    expect([...dockerfile.matchAll(/^FROM node:(\d+)-/gm)].map(([, version]) => `>=${version}`)).toEqual(Array(3).fill(engines.node))
    expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER node')
    expect(lines).toContain(`EXPOSE ${imageEnvironment['PORT']}`)
    expect(lines).toContain(`VOLUME ${imageEnvironment['TEFTER_DATA']}`)
  })

  test('asks its own /readyz: 0 when ready, 1 when not, 1 when nobody answers', async () => {
    const [, command = '[]'] = /HEALTHCHECK .*? CMD (\[.*\])$/m.exec(dockerfile) ?? []
    const [, ...args] = JSON.parse(command) as string[]
    const asked: (string | undefined)[] = []
    let status = 200
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const check = (): Promise<number> =>
      promisify(execFile)(process.execPath, args, { env: { PORT: String(port) } }).then(
        () => 0,
        (error: { code: number }) => error.code,
      )
    expect(await check()).toBe(0)
    status = 503
    expect(await check()).toBe(1)
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    expect(await check()).toBe(1)
    expect(asked).toEqual(['/readyz', '/readyz'])
  })
})

describe('the compose file', () => {
  test('gives each of our processes settings that they take', () => {
    expect(ours.map(([name]) => name)).toEqual(['migrate', 'api-1', 'api-2', 'worker-1', 'worker-2'])
    for (const [name, service] of ours) {
      const { NODE_ENV, ...image } = imageEnvironment
      expect(NODE_ENV).toBe('production')
      const environment = { ...image, ...environmentOf(service) }
      expect(Object.keys(environment).filter((setting) => !(setting in Settings.properties))).toEqual([])
      const config = readConfig(environment)
      expect([config.TEFTER_MIGRATE, config.TEFTER_DEMO, config.HOST], name).toEqual([false, false, '0.0.0.0'])
      expect(config.DATABASE_OWNER_URL !== undefined, name).toBe(name === 'migrate')
    }
  })

  test('runs commands that there are', () => {
    const program = new Command('tefter')
    registerStart(program)
    registerMigrate(program)
    for (const [name, { command = [] }] of ours) {
      const found = program.commands.find((known) => known.name() === command[0])
      expect(found?.name(), name).toBe(name === 'migrate' ? 'migrate' : 'start')
      if (name === 'migrate') continue
      expect(command[1]).toBe('--role')
      expect(found?.options.find(({ long }) => long === '--role')?.description.match(/\w+/g)).toContain(command[2])
    }
  })

  test('reaches PostgreSQL through the pooler, and straight only to migrate', () => {
    for (const [name, service] of ours) {
      const { DATABASE_URL = '', DATABASE_OWNER_URL } = environmentOf(service)
      const { host, username } = new URL(DATABASE_URL)
      expect([name, host, username]).toEqual([name, name === 'migrate' ? 'postgres:5432' : 'pgbouncer:6432', 'tefter_app'])
      if (DATABASE_OWNER_URL !== undefined) expect(new URL(DATABASE_OWNER_URL).username).toBe('tefter_owner')
    }
    const entrypoint = read('deploy/pgbouncer/entrypoint.sh')
    expect(entrypoint).toContain('listen_port = ${LISTEN_PORT:-6432}')
    expect(entrypoint).toContain('pool_mode = transaction')
    const required = [...entrypoint.matchAll(/\$\{(\w+):\?\}/g)].map(([, variable = '']) => variable)
    expect(Object.keys(compose.services['pgbouncer']?.environment ?? {}).toSorted()).toEqual([...new Set(required)].toSorted())
    const roles = read('deploy/postgres/roles.sh')
    for (const word of ['create role tefter_app login', 'create role tefter_owner login', 'create database tefter owner tefter_owner'])
      expect(roles).toContain(word)
  })

  test('waits for services that say when they are ready', () => {
    for (const [name, service] of Object.entries(compose.services))
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        const target = compose.services[other]
        expect(target, `${name} waits for ${other}`).toBeDefined()
        const says = target?.image === 'tefter' ? target.healthcheck?.disable !== true : target?.healthcheck?.test !== undefined
        expect(condition === 'service_healthy' ? says : condition, `${name} waits for ${other}`).toBe(
          condition === 'service_healthy' ? true : 'service_completed_successfully',
        )
      }
  })

  test('gives processes longer to end than they take', () => {
    const { TEFTER_SHUTDOWN_SECONDS } = readConfig({})
    for (const [, { stop_grace_period = '' }] of ours)
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(TEFTER_SHUTDOWN_SECONDS)
  })

  test('asks for exactly the variables that the example names', () => {
    const asked = new Set([...read('deploy/compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name))
    const named = [...read('deploy/example.env').matchAll(/^(\w+)=/gm)].map(([, name = '']) => name)
    expect([...asked].toSorted()).toEqual(named.toSorted())
  })

  test('mounts and builds what is there; scripts may be run', () => {
    const mounted = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
    const files = mounted.filter((path) => path.startsWith('.'))
    expect(files.map((path) => join('deploy', path)).filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    expect(mounted.filter((path) => !path.startsWith('.') && !(path in compose.volumes))).toEqual([])
    expect(compose.services['pgbouncer']?.build).toBe('pgbouncer')
    expect(existsSync(join(ROOT, 'deploy', 'pgbouncer', 'Dockerfile'))).toBe(true)
    for (const [, { build }] of ours) expect(build).toEqual({ context: '..', dockerfile: 'deploy/Dockerfile' })
    for (const script of ['deploy/pgbouncer/entrypoint.sh', 'deploy/postgres/roles.sh']) accessSync(join(ROOT, script), constants.X_OK)
  })
})

test('the proxy knows both API processes, asks whether they are ready, and stands in the network whose headers count', () => {
  const caddyfile = read('deploy/Caddyfile')
  const [, upstreams = ''] = /reverse_proxy ([^{]+) \{/.exec(caddyfile) ?? []
  expect(upstreams.trim().split(/\s+/)).toEqual(['api-1', 'api-2'].map((name) => `${name}:${imageEnvironment['PORT']}`))
  expect(caddyfile).toContain('health_uri /readyz')
  expect(caddyfile).toContain('{$PUBLIC_HOST} {')
  const { TEFTER_TRUST_PROXY, TEFTER_PUBLIC_URL } = environmentOf(compose.services['api-1'] ?? {})
  expect(TEFTER_TRUST_PROXY).toBe(compose.networks.inside.ipam.config[0]?.subnet)
  expect(TEFTER_PUBLIC_URL).toBe('https://shop.example')
})
