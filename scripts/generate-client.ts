import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@hey-api/openapi-ts'
import { buildApp } from '../src/entry/http/app.ts'
import { openRuntime } from '../src/entry/runtime.ts'
import { readConfig } from '../src/kernel/config.ts'
import { silentLog } from '../src/kernel/log.ts'
import { addressOf } from '../src/entry/database-address.ts'
import { createTestDatabase } from '../test/support/database.ts'
import { openTestServer } from '../test/support/global-setup.ts'
import { ROOT } from './source-files.ts'

// Writes the TypeScript types of the program's OpenAPI document, as it stands, to web/api.
// The document itself is not kept: a running server answers it at /v1/openapi.json.
// `--check` writes nothing and fails when what is committed is not what would be written.

const FOLDER = join(ROOT, 'web', 'api')
const FILES = ['types.gen.ts'] as const

const written = await generate()
const stale = FILES.filter((name) => !sameAsCommitted(name, written[name]))
if (!process.argv.includes('--check')) for (const name of stale) writeFileSync(join(FOLDER, name), written[name])
else if (stale.length > 0) {
  console.error(`web/api/${stale.join(', web/api/')} is not what the program answers. Run: npm run generate:api`)
  process.exitCode = 1
}

async function generate(): Promise<Record<(typeof FILES)[number], string>> {
  const folder = await mkdtemp(join(tmpdir(), 'tefter-api-'))
  try {
    const document = await describe()
    writeFileSync(join(folder, 'openapi.json'), document)
    await createClient({
      input: join(folder, 'openapi.json'),
      output: { path: join(folder, 'out') },
      plugins: ['@hey-api/typescript'],
      logs: { level: 'silent' },
    })
    return { 'types.gen.ts': await readFile(join(folder, 'out', 'types.gen.ts'), 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function describe(): Promise<string> {
  const { server, stop } = await openTestServer()
  const database = await createTestDatabase({ server })
  const config = readConfig({ TEFTER_SECRET: 'only to describe the program, never to serve', PORT: '0' })
  const runtime = await openRuntime(config, addressOf(database.url, database.ownerUrl), { log: silentLog })
  const app = await buildApp(runtime)
  try {
    const answer = await app.inject({ url: '/v1/openapi.json' })
    return `${JSON.stringify(answer.json(), null, 2)}\n`
  } finally {
    await app.close()
    await runtime.close()
    await database.drop()
    await stop()
  }
}

function sameAsCommitted(name: string, text: string): boolean {
  try {
    return readFileSync(join(FOLDER, name), 'utf8') === text
  } catch {
    return false
  }
}
