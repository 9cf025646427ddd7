import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { createParty, getParty, listParties, updateParty, upsertParties } from './index.ts'

const system = useSystem()

const ana = {
  name: 'Ana Anić',
  email: 'ana@example.com',
  external_id: 'shop-1',
  is_customer: true,
  is_supplier: false,
  tax_ids: [{ scheme: 'rs_pib', value: '104 052 135' }],
  addresses: [{ name: 'Ana Anić', line1: 'Knez Mihailova 1', city: 'Beograd', postcode: '11000', country: 'RS' }],
}

async function eventsOf(ctx: Context, id: string) {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{ type: string; payload: object; personal: object | null }>`
      select e.type, e.payload, p.personal from kernel.event e left join kernel.event_personal p on p.org_id = e.org_id and p.event_seq = e.seq
       where e.org_id = ${ctx.orgId} and e.document_id = ${id} order by e.seq`.execute(tx)
    return rows
  })
}

test('a created party is found with its tax numbers normalized, and its event keeps personal values apart', async () => {
  const ctx = testContext()
  const { id } = await runCommand(system, ctx, createParty, ana)
  expect(await runQuery(system, ctx, getParty, { party_id: id })).toMatchObject({
    name: 'Ana Anić',
    version: 1,
    tax_ids: [{ scheme: 'rs_pib', value: '104052135' }],
    addresses: ana.addresses,
  })
  const [event] = await eventsOf(ctx, id)
  expect(event).toMatchObject({ type: 'parties.party_created', payload: { is_customer: true }, personal: { name: 'Ana Anić' } })
  expect(JSON.stringify(event?.payload)).not.toContain('Ana')
})

test('all bad fields are named at once', async () => {
  const bad = {
    ...ana,
    is_customer: false,
    email: 'ana',
    tax_ids: [{ scheme: 'rs_pib', value: '1' }],
    addresses: [{ ...ana.addresses[0], country: 'UK' }],
  }
  const refusal = await refusalOf(runCommand(system, testContext(), createParty, bad))
  expect(refusal.code).toBe('kernel.invalid_input')
  expect(refusal.fields.map((field) => field.pointer)).toEqual(['/is_customer', '/email', '/tax_ids/0/value', '/addresses/0/country'])
})

test('an external id is taken once, in one organization', async () => {
  const ctx = testContext()
  await runCommand(system, ctx, createParty, ana)
  expect(await refusalOf(runCommand(system, ctx, createParty, ana))).toMatchObject({ kind: 'conflict', code: 'parties.external_id_taken' })
  await runCommand(system, testContext(), createParty, ana)
})

test('writing and reading need their permissions', async () => {
  const ctx = testContext({ permissions: ['parties.read'] })
  expect((await refusalOf(runCommand(system, ctx, createParty, ana))).code).toBe('kernel.forbidden')
  expect((await refusalOf(runQuery(system, testContext({ permissions: [] }), listParties, {}))).code).toBe('kernel.forbidden')
})

test('the same idempotency key makes one party; other content under it is a conflict', async () => {
  const ctx = testContext()
  const first = await runCommand(system, ctx, createParty, ana, { idempotencyKey: 'k1' })
  expect(await runCommand(system, ctx, createParty, ana, { idempotencyKey: 'k1' })).toEqual(first)
  expect((await refusalOf(runCommand(system, ctx, createParty, { ...ana, name: 'Iva' }, { idempotencyKey: 'k1' }))).code).toBe(
    'kernel.idempotency_key_reused',
  )
  expect((await runQuery(system, ctx, listParties, {})).data).toHaveLength(1)
})

test('an edit changes what is given, empties what is null, and needs the version that was seen', async () => {
  const ctx = testContext()
  const { id } = await runCommand(system, ctx, createParty, ana)
  const answer = await runCommand(system, ctx, updateParty, {
    party_id: id,
    expected_version: 1,
    email: null,
    is_supplier: true,
    tax_ids: [],
  })
  expect(answer).toEqual({ id, version: 2 })
  expect(await runQuery(system, ctx, getParty, { party_id: id })).toMatchObject({
    name: 'Ana Anić',
    email: null,
    is_supplier: true,
    tax_ids: [],
    addresses: ana.addresses,
  })
  expect((await eventsOf(ctx, id))[1]).toMatchObject({
    type: 'parties.party_changed',
    payload: { version: 2, changed: ['email', 'is_supplier', 'tax_ids'] },
  })
  expect((await refusalOf(runCommand(system, ctx, updateParty, { party_id: id, expected_version: 1, name: 'X' }))).code).toBe(
    'kernel.version_conflict',
  )
  expect((await refusalOf(runCommand(system, testContext(), updateParty, { party_id: id, name: 'X' }))).code).toBe('parties.not_found')
  expect((await refusalOf(runQuery(system, testContext(), getParty, { party_id: id }))).code).toBe('parties.not_found')
})

test('an erased party is not filled again', async () => {
  const ctx = testContext()
  const { id } = await runCommand(system, ctx, createParty, ana)
  await inTransaction(system.database, ctx.orgId, (tx) =>
    sql`update parties.party set erased_at = now() where org_id = ${ctx.orgId} and id = ${id}`.execute(tx),
  )
  expect((await refusalOf(runCommand(system, ctx, updateParty, { party_id: id, name: 'Ana' }))).code).toBe('parties.erased')
})

test('the list pages by name with Č beside C, finds text anywhere and filters by role', async () => {
  const ctx = testContext()
  const names = ['Žika', 'Ćira', 'Ana 100%', 'Cica', 'Čeda', 'Ana 100x', 'Zora']
  for (const name of names) await runCommand(system, ctx, createParty, { name, is_customer: true, is_supplier: name === 'Zora' })
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: { data: { name: string }[]; next_cursor: string | null } = await runQuery(system, ctx, listParties, {
      limit: 3,
      ...(cursor === null ? {} : { cursor }),
    })
    seen.push(...page.data.map((party) => party.name))
    cursor = page.next_cursor
  } while (cursor !== null)
  expect(seen).toEqual(['Ana 100%', 'Ana 100x', 'Čeda', 'Cica', 'Ćira', 'Žika', 'Zora'])
  expect((await runQuery(system, ctx, listParties, { q: '100%' })).data.map((party) => party.name)).toEqual(['Ana 100%'])
  expect((await runQuery(system, ctx, listParties, { kind: 'supplier' })).data.map((party) => party.name)).toEqual(['Zora'])
  expect((await refusalOf(runQuery(system, ctx, listParties, { cursor: 'bm8' }))).fields[0]?.pointer).toBe('/cursor')
})

test('an intake finds or makes parties, fills only what is empty, and two at once do not die', async () => {
  const ctx = testContext()
  const { id } = await runCommand(system, ctx, createParty, { ...ana, email: undefined })
  const rows = [
    { external_id: 'shop-2', name: 'Bora', tax_ids: [{ scheme: 'rs_mb' as const, value: '20084693' }] },
    { external_id: 'shop-1', name: 'Someone else', email: 'new@example.com', is_supplier: true, is_customer: false },
  ]
  const both = await Promise.all(
    [rows, rows.toReversed()].map((given) => inTransaction(system.database, ctx.orgId, (tx) => upsertParties(tx, ctx, given, new Date()))),
  )
  expect(both[0]).toEqual(both[1])
  expect(both[0]?.get('shop-1')).toBe(id)
  expect(await runQuery(system, ctx, getParty, { party_id: id })).toMatchObject({
    name: 'Ana Anić',
    email: 'new@example.com',
    is_customer: true,
    is_supplier: true,
    addresses: ana.addresses,
  })
  expect(await runQuery(system, ctx, getParty, { party_id: both[0]?.get('shop-2') })).toMatchObject({
    name: 'Bora',
    is_customer: true,
    is_supplier: false,
    tax_ids: [{ scheme: 'rs_mb', value: '20084693' }],
  })
  expect((await runQuery(system, ctx, listParties, {})).data).toHaveLength(2)
})
