import { beforeAll, expect, test } from 'vitest'
import { writeExportJob } from '../../src/flows/lists/export.jobs.ts'
import { migrateJobs } from '../../src/kernel/jobs.ts'
import { useApp } from '../support/app.ts'

const tefter = useApp()

beforeAll(() => migrateJobs(tefter.ownerUrl, [writeExportJob]))

test('every kind of export is downloaded as a file with its header line', async () => {
  const { id } = await tefter.createOrganization()
  const key = await tefter.createKey(id, 'exports.run')
  for (const kind of ['orders', 'sales', 'payments', 'stock', 'movements', 'receipts', 'ledger']) {
    const answer = await tefter.call('GET', `/v1/exports/${kind}`, { key })
    expect(answer.status, kind).toBe(200)
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toMatch(new RegExp(`^attachment; filename="${kind}-\\d{4}-\\d{2}-\\d{2}\\.csv"`))
    expect(answer.text).toMatch(/^[a-z_]+(,[a-z_]+)+\r\n$/)
  }
  const journal = await tefter.call('GET', '/v1/exports/ledger?format=hledger', { key })
  expect(journal.text).toContain('account assets:1310 Inventory  ; type: A')
})

test('the ledger and its trial balance show what was posted by hand', async () => {
  const { id } = await tefter.createOrganization()
  const key = await tefter.createKey(id, 'owner')
  const body = {
    accounting_date: '2026-03-10',
    memo: '=Charge, "quoted"',
    postings: [
      { account: '6110', amount: 1250 },
      { account: '1110', amount: -1250 },
    ],
  }
  const posted = await tefter.call('POST', '/v1/journal-entries', { key, body })
  expect(posted.status).toBe(201)
  expect(posted.body).toMatchObject({ total: { amount: 1250, currency: 'EUR' }, reversed_by_id: null })
  const balance = await tefter.call('GET', '/v1/trial-balance?on=2026-03-10', { key })
  expect(balance.body).toMatchObject({ on: '2026-03-10', currency: 'EUR', total_debit: 1250, total_credit: 1250 })
  const csv = await tefter.call('GET', '/v1/exports/ledger', { key })
  expect(csv.text).toContain(`"'=Charge, ""quoted"""`)
  const reversed = await tefter.call('POST', `/v1/journal-entries/${posted.body.id}/reversal`, { key, body: { reason: 'twice' } })
  expect(reversed.status).toBe(201)
  expect(reversed.body.reverses_id).toBe(posted.body.id)
  const closed = await tefter.call('POST', '/v1/accounting-periods', { key, body: { starts_on: '2026-03-01', ends_on: '2026-03-31' } })
  expect(closed.status).toBe(200)
  const refused = await tefter.call('POST', '/v1/journal-entries', { key, body })
  expect(refused).toMatchObject({ status: 422, body: { code: 'ledger.period_closed' } })
})

test('an unknown kind or format is refused with what there is; without the permission nothing is written', async () => {
  const { id } = await tefter.createOrganization()
  const key = await tefter.createKey(id, 'exports.run')
  expect((await tefter.call('GET', '/v1/exports/customers', { key })).status).toBe(400)
  const format = await tefter.call('GET', '/v1/exports/orders?format=hledger', { key })
  expect(format).toMatchObject({ status: 400, body: { code: 'exports.unknown_format' } })
  const viewer = await tefter.createKey(id, 'viewer')
  expect((await tefter.call('GET', '/v1/exports/orders', { key: viewer })).status).toBe(403)
})

test('every list may be asked for as a file of the background', async () => {
  const { id } = await tefter.createOrganization()
  const key = await tefter.createKey(id, 'owner')
  for (const list of ['orders', 'shipments', 'items', 'stock', 'movements', 'customers', 'entries']) {
    const answer = await tefter.call('POST', '/v1/export-runs', { key, body: { list, format: 'csv', filters: {} } })
    expect(answer.status, `${list} ${answer.text}`).toBe(201)
  }
})
