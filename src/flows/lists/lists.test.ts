import readXlsx from 'read-excel-file/node'
import { beforeAll, expect, test } from 'vitest'
import { orderOf, seedBusiness } from '../../../test/browser/business.ts'
import { useApp } from '../../../test/support/app.ts'
import { migrateJobs } from '../../kernel/jobs.ts'
import { doExport, writeExportJob } from './export.jobs.ts'
import { doBulkRun, workBulkRun } from './lists.jobs.ts'

const tefter = useApp()

// Runs are queued, and worked on by hand below.
beforeAll(() => migrateJobs(tefter.ownerUrl, [workBulkRun, writeExportJob]))

/** The small shop with orders of two pieces of 85123A each (2.95, so 5.90 an order), and those who may see it. */
async function openShop(orders: number, more: (number: number) => Record<string, unknown> = () => ({})) {
  const { id } = await tefter.createOrganization()
  const business = await seedBusiness(tefter, { organization: id, email: '', stock: true })
  const ids: string[] = []
  for (let number = 1; number <= orders; number += 1) {
    // oxlint-disable-next-line no-await-in-loop -- numbers follow each other
    const order = await business.call('POST', '/v1/orders', orderOf(`L-${number}`, [{ sku: '85123A', quantity: 2 }], more(number)))
    ids.push(String(order['id']))
  }
  return {
    ...business,
    orgId: id,
    ids,
    ask: (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
      tefter.call(method, path, { key: business.key, body }),
  }
}

async function work(orgId: number, runId: string): Promise<void> {
  await doBulkRun(tefter.runtime.system, await tefter.runtime.contextOf(orgId), runId)
}

test('what a filter finds is counted, summed and downloaded, and a formula in a name stays text', async () => {
  const shop = await openShop(3, (number) => (number === 2 ? { customer: { name: '=HYPERLINK("http://x")', email: 'x@example.com' } } : {}))
  // Three orders of 2 × 2.95 come to 17.70.
  const total = await shop.ask('GET', '/v1/lists/orders/total?state=open')
  expect(total.body).toEqual({ count: 3, exact: true, amounts: [{ amount: 1770, currency: 'EUR' }] })
  expect((await shop.ask('GET', '/v1/lists/orders/total?state=canceled')).body).toEqual({ count: 0, exact: true, amounts: [] })
  const csv = await shop.ask('GET', '/v1/lists/orders/export?format=csv&state=open')
  expect(csv.text.trim().split('\r\n')).toHaveLength(4)
  expect(csv.text).toContain(`"'=HYPERLINK(""http://x"")"`)
  const one = await shop.ask('GET', `/v1/lists/orders/export?format=csv&ids=${shop.ids[0]}`)
  expect(one.text.trim().split('\r\n')).toHaveLength(2)
  const answer = await tefter.app.inject({
    method: 'GET',
    url: '/v1/lists/orders/export?format=xlsx&state=open',
    headers: { authorization: `Bearer ${shop.key}` },
  })
  const [sheet] = await readXlsx(answer.rawPayload)
  const rows = sheet?.data ?? []
  expect(rows).toHaveLength(4)
  expect(rows[0]?.[0]).toBe('number')
  expect(rows.map((row) => row[4])).toContain('=HYPERLINK("http://x")')
  expect(rows.slice(1).map((row) => row[rows[0]?.indexOf('total') ?? 0])).toEqual([5.9, 5.9, 5.9])
  for (const list of ['shipments', 'items', 'stock', 'movements', 'customers', 'entries']) {
    // oxlint-disable-next-line no-await-in-loop -- one answer after another
    const [file, sum] = [await shop.ask('GET', `/v1/lists/${list}/export`), await shop.ask('GET', `/v1/lists/${list}/total`)]
    expect(file.status, list).toBe(200)
    expect(file.text.trim().split('\r\n'), list).toHaveLength(sum.body.count + 1)
  }
  const viewer = await tefter.createKey(shop.orgId, 'viewer')
  expect((await tefter.call('GET', '/v1/lists/orders/export', { key: viewer })).status).toBe(403)
})

test('an order is found by barcode, a shipment by SKU, a movement by barcode, an entry by number', async () => {
  const shop = await openShop(1)
  const found = async (path: string) => (await shop.ask('GET', path)).body.data.length
  expect(await found('/v1/orders?q=4006381333931')).toBe(1)
  expect(await found('/v1/orders?q=5449000000996')).toBe(0)
  expect(await found('/v1/shipments?q=85123A')).toBe(1)
  expect(await found('/v1/shipments?q=22423')).toBe(0)
  // Two warehouses received the item once each.
  expect(await found('/v1/movements?q=4006381333931')).toBe(2)
  expect(await found('/v1/stock?q=4006381333931')).toBe(2)
  const entries = (await shop.ask('GET', '/v1/journal-entries?limit=1')).body.data as { number: number }[]
  expect(await found(`/v1/journal-entries?q=${entries[0]?.number}`)).toBe(1)
})

test('a release of all that match says before what will happen, and its report what did', async () => {
  const shop = await openShop(4, (number) =>
    number === 4 ? { lines: [{ sku: '47566', quantity: 500, unit_price: { amount: 495, scale: 2 } }] } : {},
  )
  await shop.call('POST', `/v1/orders/${shop.ids[0]}/holds`, { type: 'manual' })
  // Four open orders: the first is held, the fourth wants 500 pieces where 86 are (43 in each of two warehouses), two are free.
  const request = { list: 'orders', action: 'release', filters: { state: 'open', peek: 'x' } }
  const preview = await shop.ask('POST', '/v1/bulk-runs/preview', request)
  expect(preview.body.total).toBe(4)
  const wont = Object.fromEntries((preview.body.wont as { code: string; count: number }[]).map(({ code, count }) => [code, count]))
  expect(wont['held']).toBe(1)
  const started = await shop.ask('POST', '/v1/bulk-runs', request)
  expect(started.status).toBe(201)
  await work(shop.orgId, started.body.id)
  const report = (await shop.ask('GET', `/v1/bulk-runs/${started.body.id}`)).body
  expect(report).toMatchObject({ status: 'done', total: 4, done_count: preview.body.will, refused_count: 4 - preview.body.will })
  expect(report.refused).toContainEqual(expect.objectContaining({ document_id: shop.ids[0], code: 'held' }))
  const released = (await shop.ask('GET', '/v1/shipments?status=released')).body.data as unknown[]
  expect(released.length).toBeGreaterThanOrEqual(2)
  // Worked again, as after a crash: nothing is left and nothing changes.
  await work(shop.orgId, started.body.id)
  expect((await shop.ask('GET', `/v1/bulk-runs/${started.body.id}`)).body).toEqual(report)
})

test('tags, holds, releases of holds and cancellations in bulk; what has nothing to change is left out', async () => {
  const shop = await openShop(3)
  const run = async (action: string, options: unknown, ids = shop.ids) => {
    const started = await shop.ask('POST', '/v1/bulk-runs', { list: 'orders', action, options, ids })
    await work(shop.orgId, started.body.id)
    const { done_count, refused_count, status } = (await shop.ask('GET', `/v1/bulk-runs/${started.body.id}`)).body
    return { done_count, refused_count, status }
  }
  expect(await run('tag', { add: ['gift'] }, shop.ids.slice(0, 2))).toEqual({ done_count: 2, refused_count: 0, status: 'done' })
  // Two have the tag already.
  expect(await run('tag', { add: ['gift'] })).toEqual({ done_count: 1, refused_count: 2, status: 'done' })
  expect(await run('hold', { type: 'fraud' })).toEqual({ done_count: 3, refused_count: 0, status: 'done' })
  expect(await run('release_holds', {})).toEqual({ done_count: 3, refused_count: 0, status: 'done' })
  expect(await run('release_holds', {})).toEqual({ done_count: 0, refused_count: 3, status: 'done' })
  expect(await run('cancel', { reason: 'Out of print', reason_code: 'out_of_stock' })).toEqual({
    done_count: 3,
    refused_count: 0,
    status: 'done',
  })
  expect((await shop.ask('GET', '/v1/orders?state=canceled')).body.data).toHaveLength(3)
  expect((await shop.ask('GET', '/v1/bulk-runs')).body.data).toHaveLength(6)
})

test('a bulk run is refused without its permission, action, options or documents', async () => {
  const shop = await openShop(1)
  const start = (key: string, body: unknown) => tefter.call('POST', '/v1/bulk-runs', { key, body })
  const ids = shop.ids
  expect(await start(shop.key, { list: 'orders', action: 'sell', ids })).toMatchObject({
    status: 400,
    body: { code: 'lists.unknown_action' },
  })
  expect(await start(shop.key, { list: 'orders', action: 'hold', ids })).toMatchObject({ status: 400 })
  expect(await start(shop.key, { list: 'orders', action: 'release' })).toMatchObject({
    status: 422,
    body: { code: 'lists.nothing_selected' },
  })
  expect(await start(shop.key, { list: 'orders', action: 'release', filters: { state: 'canceled' } })).toMatchObject({
    body: { code: 'lists.nothing_selected' },
  })
  expect(await start(shop.key, { list: 'orders', action: 'release', filters: { shape: 'round' } })).toMatchObject({ status: 400 })
  const viewer = await tefter.createKey(shop.orgId, 'viewer')
  expect(await start(viewer, { list: 'orders', action: 'release', ids })).toMatchObject({ status: 403 })
})

test('views are private or shared, their names once a person; preferences are kept', async () => {
  const { id } = await tefter.createOrganization()
  const [owner, viewer] = [await tefter.createKey(id, 'owner'), await tefter.createKey(id, 'viewer')]
  const save = (key: string, name: string, is_shared: boolean) =>
    tefter.call('POST', '/v1/list-settings/views', {
      key,
      body: { list: 'orders', name, filters: { state: 'open', held: 'true' }, is_shared },
    })
  const shared = await save(owner, 'Held', true)
  await save(owner, 'Mine', false)
  expect(await save(owner, 'Held', false)).toMatchObject({ status: 409, body: { code: 'lists.view_name_taken' } })
  expect((await save(viewer, 'For all', true)).status).toBe(403)
  expect((await save(viewer, 'Held', false)).status).toBe(201)
  const views = async (key: string) =>
    ((await tefter.call('GET', '/v1/list-settings', { key })).body.views as { name: string; is_mine: boolean }[]).map((view) => [
      view.name,
      view.is_mine,
    ])
  expect(await views(viewer)).toEqual([
    ['Held', false],
    ['Held', true],
  ])
  expect(await views(owner)).toEqual([
    ['Held', true],
    ['Mine', true],
  ])
  expect((await tefter.call('DELETE', `/v1/list-settings/views/${shared.body.id}`, { key: viewer })).status).toBe(404)
  expect((await tefter.call('DELETE', `/v1/list-settings/views/${shared.body.id}`, { key: owner })).status).toBe(200)
  await tefter.call('PUT', '/v1/list-settings/preferences/orders', { key: viewer, body: { hidden: ['channel'], density: 'compact' } })
  await tefter.call('PUT', '/v1/list-settings/preferences/orders', { key: viewer, body: { hidden: ['payment'], density: 'compact' } })
  expect((await tefter.call('GET', '/v1/list-settings', { key: viewer })).body.preferences).toEqual([
    { list: 'orders', hidden: ['payment'], density: 'compact' },
  ])
  expect((await tefter.call('GET', '/v1/list-settings', { key: owner })).body.preferences).toEqual([])
})

test('tags, holds, released holds and priorities are taken back by the inverse command, once; what cannot be is not offered', async () => {
  const shop = await openShop(3)
  const order = async (index: number) => (await shop.ask('GET', `/v1/orders/${shop.ids[index]}`)).body
  const run = async (action: string, options: unknown) => {
    const { body } = await shop.ask('POST', '/v1/bulk-runs', { list: 'orders', action, options, ids: shop.ids })
    await work(shop.orgId, body.id)
    return (await shop.ask('GET', `/v1/bulk-runs/${body.id}`)).body
  }
  const takeBack = async (id: string) => {
    const { body } = await shop.ask('POST', `/v1/bulk-runs/${id}/undo`)
    await work(shop.orgId, body.id)
    return (await shop.ask('GET', `/v1/bulk-runs/${body.id}`)).body
  }
  await shop.call('POST', '/v1/orders/tags', { order_ids: [shop.ids[0]], add: ['gift', 'old'] })
  // The first has the tag and loses another; the others gain it.
  const tagged = await run('tag', { add: ['gift'], remove: ['old'] })
  expect(tagged).toMatchObject({ done_count: 3, can_undo: true })
  expect([(await order(0)).tags, (await order(1)).tags]).toEqual([['gift'], ['gift']])
  expect(await takeBack(tagged.id)).toMatchObject({ action: 'tag', undoes_id: tagged.id, done_count: 3, refused_count: 0, can_undo: false })
  expect([(await order(0)).tags, (await order(1)).tags]).toEqual([['gift', 'old'], []])
  expect((await shop.ask('POST', `/v1/bulk-runs/${tagged.id}/undo`)).body.code).toBe('lists.already_undone')
  expect((await shop.ask('GET', '/v1/bulk-runs')).body.data.map((one: { can_undo: boolean }) => one.can_undo)).toEqual([false, false])

  const held = await run('hold', { type: 'fraud', note: 'looks odd' })
  // Somebody released one of them meanwhile: that one has nothing to take back.
  await shop.call('POST', '/v1/orders/holds/release', { releases: [{ order_id: shop.ids[2] }] })
  expect(await takeBack(held.id)).toMatchObject({ done_count: 2, refused_count: 1 })
  expect((await order(0)).holds.filter((one: { released_at: string | null }) => one.released_at === null)).toEqual([])

  await run('hold', { type: 'fraud', note: 'looks odd' })
  const freed = await run('release_holds', {})
  await takeBack(freed.id)
  expect((await order(1)).holds.filter((one: { released_at: string | null }) => one.released_at === null)).toMatchObject([
    { type: 'fraud', note: 'looks odd' },
  ])

  await shop.call('POST', '/v1/orders/priorities', { changes: [{ order_id: shop.ids[1], priority: 7 }] })
  const urgent = await run('prioritize', { priority: 1 })
  expect([(await order(0)).priority, (await order(1)).priority]).toEqual([1, 1])
  await takeBack(urgent.id)
  expect([(await order(0)).priority, (await order(1)).priority]).toEqual([100, 7])

  const canceled = await run('cancel', { reason: 'Out of print' })
  expect(canceled).toMatchObject({ done_count: 3, can_undo: false })
  expect((await shop.ask('POST', `/v1/bulk-runs/${canceled.id}/undo`)).body.code).toBe('lists.nothing_to_undo')
})

test('a list is written to a file in the background with its progress; selected rows beyond an address are downloaded too', async () => {
  const shop = await openShop(3)
  const selected = await shop.ask('POST', '/v1/lists/orders/export', {
    ids: shop.ids.slice(1),
    format: 'csv',
    filters: { state: 'open', peek: 'x' },
  })
  expect(selected.text.trim().split('\r\n')).toHaveLength(3)
  for (const format of ['csv', 'xlsx']) {
    // oxlint-disable-next-line no-await-in-loop -- one file after another
    const started = await shop.ask('POST', '/v1/export-runs', { list: 'orders', format, filters: { state: 'open' } })
    // oxlint-disable-next-line no-await-in-loop -- one file after another
    expect((await shop.ask('GET', `/v1/export-runs/${started.body.id}/file`)).status).toBe(404)
    // oxlint-disable-next-line no-await-in-loop -- one file after another
    await doExport(tefter.runtime.system, await tefter.runtime.contextOf(shop.orgId), started.body.id)
    // oxlint-disable-next-line no-await-in-loop -- one file after another
    const { data } = (await shop.ask('GET', '/v1/export-runs')).body
    expect(data[0]).toMatchObject({ status: 'done', format, expected: 3, row_count: 3 })
  }
  const { data } = (await shop.ask('GET', '/v1/export-runs')).body as { data: { id: string }[] }
  const file = async (index: number) =>
    tefter.app.inject({
      method: 'GET',
      url: `/v1/export-runs/${data[index]?.id}/file`,
      headers: { authorization: `Bearer ${shop.key}` },
    })
  const direct = await shop.ask('GET', '/v1/lists/orders/export?format=csv&state=open')
  expect((await file(1)).body).toBe(direct.text)
  const [sheet] = await readXlsx((await file(0)).rawPayload)
  expect(sheet?.data).toHaveLength(4)
  // Another person does not get it.
  const other = await tefter.createKey(shop.orgId, 'owner')
  expect((await tefter.call('GET', `/v1/export-runs/${data[0]?.id}/file`, { key: other })).status).toBe(404)
  const all = await shop.ask('POST', '/v1/bulk-runs/selection', { list: 'orders', filters: { state: 'open' } })
  expect(all.body.ids.toSorted()).toEqual(shop.ids.toSorted())
})
