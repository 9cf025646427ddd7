import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configurationTable, readConfig } from './config.ts'

describe('settings', () => {
  test('have defaults that need nothing', () => {
    expect(readConfig({})).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', TEFTER_DATA: './data', TEFTER_POOL_SIZE: 20 })
  })

  test('an empty one counts as not set, and the command line is stronger', () => {
    expect(readConfig({ PORT: '', HOST: ' ' })).toMatchObject({ PORT: 8080, HOST: '127.0.0.1' })
    expect(readConfig({ PORT: '1' }, { PORT: '2' }).PORT).toBe(2)
  })

  test.each([
    [{ PORT: 'http' }, 'PORT must be integer'],
    [{ PORT: '70000' }, 'PORT'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
    [{ TEFTER_LOG_LEVEL: 'loud' }, 'TEFTER_LOG_LEVEL must be one of trace'],
    [{ TEFTER_SECRET: 'short' }, 'TEFTER_SECRET'],
    [{ TEFTER_DEMO: 'yes' }, 'TEFTER_DEMO must be boolean'],
    [{ TEFTER_POOLSIZE: '3' }, 'there is no setting TEFTER_POOLSIZE'],
    [{ DATABASE_OWNER_URL: 'postgres://x' }, 'DATABASE_OWNER_URL stands without DATABASE_URL'],
  ])('%j is refused by name', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence)
  })

  test('all bad ones are named at once', () => {
    expect(() => readConfig({ PORT: 'x', TEFTER_POOL_SIZE: '1' })).toThrow(/PORT .*; TEFTER_POOL_SIZE /)
  })

  test('are documented as they are', () => {
    const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
    expect(document).toContain(configurationTable())
  })
})
