import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testContext, useSystem } from '../../test/support/system.ts'
import { readOnly } from './database.ts'
import { arrayText, columnsOf, safeInteger, sendTogether } from './statement.ts'

const system = useSystem()

/** Text that PostgreSQL can hold. */
const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((one) => one.isWellFormed() && !one.includes('\u0000'))
const awkward = fc.constantFrom('', ' ', 'NULL', 'null', '{}', 'a,b', '"', '\\', '\\"', "'", '{"a":1}', 'Č 😀', '\n\t')

test('any texts and nulls arrive in PostgreSQL as they are', async () => {
  await readOnly(system.database, testContext(), async (tx) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.oneof(text, awkward)), { maxLength: 12 }), async (values) => {
        const { rows } = await sql<{ values: unknown }>`select array_to_json(${arrayText(values)}::text[]) as values`.execute(tx)
        expect(rows[0]?.values).toEqual(values)
      }),
      { numRuns: 60 },
    )
  })
})

test('instants, bytes and numbers are written as PostgreSQL reads them', () => {
  expect(arrayText([new Date('2026-03-02T10:00:00.123Z'), null])).toBe('{"2026-03-02T10:00:00.123Z",NULL}')
  expect(arrayText([Buffer.from([0, 255]), 12, -3, true, undefined])).toBe('{"00ff",12,-3,true,NULL}')
})

test('parts run in the order given, in one statement, and each answer is read by its own part', async () => {
  const read = (answer: unknown) => safeInteger(answer)
  await readOnly(system.database, testContext(), async (tx) => {
    const answers = await sendTogether(tx, {
      two: { call: sql`1 + 1`, read },
      none: { call: sql`null::json`, read: (answer) => answer === null },
      rows: {
        call: sql`(select json_agg(j.value) from (select * from json_each_text(json_build_object(${sql`'n', ${3}::integer`}))) j)`,
        read: (answer) => answer as string[],
      },
    })
    expect(answers).toEqual({ two: 2, none: true, rows: ['3'] })
  })
})

test('columns are named arguments; JSON goes as one array with null where a row has none', async () => {
  const rows = [
    { sku: 'A"1', extra: { note: 'x' } as object | null },
    { sku: 'B', extra: null },
  ]
  const { parameters, sql: statement } = sql`select f(${columnsOf(rows, { sku: 'text', extra: 'jsonb' })})`.compile(system.database.kysely)
  expect(statement).toBe('select f(p_sku => $1, p_extra => $2)')
  expect(parameters).toEqual(['{"A\\"1","B"}', '[{"note":"x"},null]'])
})

test('an integer that JSON does not carry exactly is refused', () => {
  expect(safeInteger(9_007_199_254_740_991)).toBe(9_007_199_254_740_991)
  expect(() => safeInteger(9_007_199_254_740_992)).toThrow(RangeError)
  expect(() => safeInteger('5')).toThrow(RangeError)
})
