import { zipSync } from 'fflate'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/kernel/database.ts'
import { verify } from '../../src/modules/reports/index.ts'
import { useApp } from '../support/app.ts'
import { HOSTILE_TEXTS, pick, seededRandom } from './schema-values.ts'

/** Files for each format; more with TEFTER_RUNS, another seed with TEFTER_SEED. */
const RUNS = Number(process.env['TEFTER_RUNS'] ?? 6)
const SEED = Number(process.env['TEFTER_SEED'] ?? 20_261_122)
const server = useApp()
const source = { random: seededRandom(SEED) }
let orgId = 0
let key = ''
let formats: { kind: string; name: string; columns: { name: string }[] }[] = []

beforeAll(async () => {
  orgId = (await server.createOrganization('Files')).id
  key = await server.createKey(orgId, 'owner')
  await server.call('POST', '/v1/warehouses', { key, body: { code: 'W1', name: 'First', country: 'RS' } })
  await server.call('POST', '/v1/channels', { key, body: { code: 'web', name: 'Web', kind: 'shop' } })
  formats = (await server.call('GET', '/v1/import-formats', { key })).body.data
})

async function upload(content: Uint8Array, query: string, name = 'file.csv') {
  const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`
  const payload = Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--b--\r\n')])
  const response = await server.app.inject({
    method: 'POST',
    url: `/v1/imports?${query}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=b' },
    payload,
  })
  return { status: response.statusCode, text: response.body, body: response.json() }
}

/** Rows that an import may write: facts, and the documents they belong to. */
async function rowCount(): Promise<number> {
  return inTransaction(server.runtime.system.database, orgId, async (tx) => {
    const { rows } = await sql<{ n: number }>`
      select (select count(*) from catalog.item) + (select count(*) from orders.sales_order) + (select count(*) from parties.party)
           + (select count(*) from inventory.stock_movement) + (select count(*) from ledger.posting) as n`.execute(tx)
    return Number(rows[0]?.n)
  })
}

const CELLS = [
  ...HOSTILE_TEXTS,
  '1',
  'A',
  'W1',
  'web',
  'EUR',
  '12.50',
  '12,50',
  '-1',
  '2026-03-01',
  'RS',
  'a,b',
  '"',
  'x\ny',
  '=HYPERLINK("http://x")',
  '1E+309',
]

function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-16be') return Buffer.from(text.slice(0, 100_000), 'utf16le').swap16()
  return Buffer.from(text, encoding as BufferEncoding)
}

/** A table of a format's columns with cells that break programs, as bytes that may be cut, flipped or of another encoding than they say. */
function hostileTable(columns: readonly string[]): Buffer {
  const cell = (text: string) => (source.random() < 0.8 ? `"${text.replaceAll('"', '""')}"` : text)
  const rows = Array.from({ length: 1 + Math.floor(source.random() * 4) }, () =>
    columns
      .map(() =>
        cell(
          pick(
            source,
            CELLS.filter((one) => one.length < 1000),
          ) ?? '',
        ),
      )
      .join(','),
  )
  const text = [columns.map(cell).join(','), ...rows].join(pick(source, ['\n', '\r\n', '\r']) ?? '\n') + '\n'
  let bytes = encode(text, pick(source, ['utf8', 'utf8', 'utf8', 'utf16le', 'utf-16be', 'latin1']) ?? 'utf8')
  if (source.random() < 0.3) bytes = bytes.subarray(0, Math.floor(source.random() * bytes.length))
  if (source.random() < 0.3 && bytes.length > 0) bytes[Math.floor(source.random() * bytes.length)] = Math.floor(source.random() * 256)
  return bytes
}

test('no import fails by an error of ours, whatever its file holds, and a failed one writes nothing', async () => {
  expect(formats.length).toBeGreaterThan(5)
  const faults: string[] = []
  const statuses = new Set<string>()
  for (const { kind, name, columns } of formats) {
    for (let run = 0; run < RUNS; run += 1) {
      const content = hostileTable(columns.map((column) => column.name))
      const stated = pick(source, ['', '&encoding=windows-1250', '&encoding=utf-16le', '&encoding=klingon']) ?? ''
      const before = await rowCount()
      const answer = await upload(content, `kind=${kind}&format=${encodeURIComponent(name)}&skip_bad=${run % 2 === 1}${stated}`)
      statuses.add(String(answer.body.status))
      const wrote = (await rowCount()) !== before
      const kept = answer.status < 300 && ['done', 'partly', 'done_with_problems'].includes(answer.body.status)
      if (answer.status >= 500 || (wrote && !kept))
        faults.push(`${kind} ${name} ${stated} ${content.toString('base64').slice(0, 400)} → ${answer.status} ${answer.text.slice(0, 300)}`)
    }
  }
  expect(faults).toEqual([])
  expect([...statuses]).toContain('failed')
  const { checks } = await verify(server.runtime.system, await server.runtime.contextOf(orgId))
  expect(checks.filter((check) => !check.ok && !check.empty)).toEqual([])
}, 240_000)

describe('ten encodings', () => {
  const TEXT = 'sku,name\nE1,Čaša žuta\nE2,Šolja\n'
  const bom = (bytes: Buffer, ...mark: number[]): Buffer => Buffer.concat([Buffer.from(mark), bytes])
  const utf32 = Buffer.from(new Uint32Array([...TEXT].map((letter) => letter.codePointAt(0) ?? 0)).buffer)
  const cp1250 = Buffer.from('sku,name\nE1,\xC8a\x9Aa \x9Euta\nE2,\x8Aolja\n', 'latin1')
  const CASES: [string, Buffer, string, 'read' | 'refused'][] = [
    ['UTF-8', Buffer.from(TEXT), '', 'read'],
    ['UTF-8 with a mark', bom(Buffer.from(TEXT), 0xef, 0xbb, 0xbf), '', 'read'],
    ['UTF-16 LE', bom(Buffer.from(TEXT, 'utf16le'), 0xff, 0xfe), '', 'read'],
    ['UTF-16 BE', bom(encode(TEXT, 'utf-16be'), 0xfe, 0xff), '', 'read'],
    ['Windows-1250, stated', cp1250, '&encoding=windows-1250', 'read'],
    ['Windows-1250 that could be another', cp1250, '', 'refused'],
    ['ISO 8859-2', Buffer.from('sku,name\nE1,\xC8a\xB9a \xBEuta\nE2,\xA9olja\n', 'latin1'), '', 'refused'],
    ['CP 852', Buffer.from('sku,name\nE1,\xACa\xE7a\x8F \x81\nE2,\xE6olja\n', 'latin1'), '', 'refused'],
    ['UTF-32', bom(utf32, 0xff, 0xfe, 0, 0), '', 'refused'],
    ['UTF-7', Buffer.from('sku,name\nE1,+AQwAYQFhAGE-\n'), '', 'read'],
    ['EBCDIC', Buffer.from([0xa2, 0x92, 0xa4, 0x6b, 0x95, 0x81, 0x94, 0x85, 0x25, 0xc1, 0x6b, 0xd4, 0xa4, 0x87, 0x25]), '', 'refused'],
  ]
  test.each(CASES)('%s is read as it is or refused, never guessed', async (_what, content, query, status) => {
    const answer = await upload(content, `kind=items&preview=true${query}`)
    const [problem] = answer.body.problems
    if (status === 'refused') expect(problem?.code, answer.text.slice(0, 300)).toMatch(/^(file|header)\./)
    else expect([answer.body.rows_total, answer.body.problems], answer.text.slice(0, 300)).toEqual([content === CASES[9]?.[1] ? 1 : 2, []])
  })
})

/** A workbook's parts; `sheet` is the text inside <sheetData>. */
function workbook(sheet: string): Record<string, Uint8Array> {
  const xml = (text: string): Uint8Array => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`)
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  return {
    '[Content_Types].xml': xml('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    'xl/workbook.xml': xml(
      `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': xml(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': xml(`<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`),
  }
}
const cell = (at: string, text: string): string => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`
const GOOD = `<row r="1">${cell('A1', 'sku')}${cell('B1', 'name')}</row><row r="2">${cell('A2', 'X1')}${cell('B2', 'Cup')}</row>`

/** The central directory says the same entry `times` times over: what streams once unpacks many times (an overlapping zip bomb). */
function overlapping(zip: Uint8Array, times: number): Buffer {
  const bytes = Buffer.from(zip)
  const end = bytes.lastIndexOf('PK\u0005\u0006')
  const start = bytes.readUInt32LE(end + 16)
  const directory = bytes.subarray(start, end)
  const many = Buffer.concat(Array.from({ length: times }, () => directory))
  const tail = Buffer.from(bytes.subarray(end))
  const entries = tail.readUInt16LE(10) * times
  tail.writeUInt16LE(entries, 8)
  tail.writeUInt16LE(entries, 10)
  tail.writeUInt32LE(many.length, 12)
  return Buffer.concat([bytes.subarray(0, start), many, tail])
}

describe('workbooks', () => {
  const preview = (content: Uint8Array) => upload(content, 'kind=items&preview=true', 'file.xlsx')

  test('a good one is read, so that the bad ones are bad for their own reason', async () => {
    expect((await preview(zipSync(workbook(GOOD)))).body).toMatchObject({ status: 'previewed', rows_total: 1 })
  })

  const laughs = `<!DOCTYPE x [<!ENTITY a "haha">${Array.from({ length: 12 }, (_, n) => `<!ENTITY b${n} "${`&${n === 0 ? 'a' : `b${n - 1}`};`.repeat(10)}">`).join('')}]>`
  const CASES: [string, () => Uint8Array][] = [
    ['whose directory names the same parts a thousand times', () => overlapping(zipSync(workbook(GOOD + 'y'.repeat(1_000_000))), 1000)],
    [
      'of more than a thousand parts',
      () => zipSync({ ...workbook(GOOD), ...Object.fromEntries(Array.from({ length: 1100 }, (_, n) => [`p${n}`, new Uint8Array(1)])) }),
    ],
    ['cut in half', () => zipSync(workbook(GOOD)).subarray(0, 700)],
    ['that is a zip of something else', () => zipSync({ '../../etc/passwd': Buffer.from('x') })],
    ['whose sheet is no XML', () => zipSync({ ...workbook(GOOD), 'xl/worksheets/sheet1.xml': Buffer.from('<worksheet><sheetData><row') })],
    ['without its sheet', () => zipSync(Object.fromEntries(Object.entries(workbook(GOOD)).filter(([name]) => !name.includes('sheet1'))))],
  ]
  test.each(CASES)('%s is refused in words, in bounded time and memory', async (_what, build) => {
    const content = build()
    const began = performance.now()
    const answer = await preview(content)
    expect(answer.body.problems[0]?.code, answer.text.slice(0, 300)).toMatch(/^file\./)
    expect(answer.body.rows_total).toBe(0)
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  test('entities are not expanded, neither inner nor of files', async () => {
    for (const [doctype, entity] of [
      [laughs, '&b11;'],
      ['<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', '&f;'],
    ] as const) {
      const parts = workbook(GOOD.replace('Cup', entity))
      const name = 'xl/worksheets/sheet1.xml'
      parts[name] = Buffer.from(
        Buffer.from(parts[name] ?? '')
          .toString()
          .replace('?>', `?>${doctype}`),
      )
      const answer = await preview(zipSync(parts))
      expect(answer.status).toBe(201)
      expect(answer.text).not.toMatch(/root:|hahahaha/)
      expect(answer.text.length).toBeLessThan(20_000)
    }
  })
})

test('what was imported as a formula is text again in every export', async () => {
  const rows = ['=1+1', '+1', '-1+2', '@SUM(A1)', '\t=1', '=cmd|"/c calc"!A1'].map((name, n) => `"F${n}","${name.replaceAll('"', '""')}"\n`)
  const imported = await upload(Buffer.from(`sku,name\n${rows.join('')}`), 'kind=items')
  expect(imported.body.status, imported.text.slice(0, 300)).toBe('done')
  const kinds = await server.call('GET', '/v1/openapi.json', { key })
  const paths = Object.keys(kinds.body.paths).filter((path) => path.startsWith('/v1/exports/'))
  expect(paths.length).toBeGreaterThan(0)
  const stock = await server.call('GET', '/v1/exports/stock', { key })
  expect(stock.status, stock.text.slice(0, 200)).toBe(200)
  for (const line of stock.text.split('\r\n')) for (const value of line.split(',')) expect(value).not.toMatch(/^"?[=+@\t]|^"?-(?!\d)/)
})
