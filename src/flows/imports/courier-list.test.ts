import { describe, expect, test } from 'vitest'
import { findColumns, readAmount, readDay, readLines } from './courier-list.ts'

describe('a courier’s list in a file', () => {
  test('amounts as couriers write them', () => {
    expect(['1.234,50', '1,234.50', '1234.5', '1234', '1.234.567,89', '12,5 RSD', '0'].map((text) => readAmount(text, 'EUR'))).toEqual([
      123_450, 123_450, 123_450, 123_400, 123_456_789, 1250, 0,
    ])
    // Three decimals could be thousands or thousandths: refused, never guessed.
    expect(['1.234', 'abc', '', '1,2,3'].map((text) => readAmount(text, 'EUR'))).toEqual([null, null, null, null])
    expect(readAmount('1500', 'JPY')).toBe(1500)
  })

  test('days as couriers write them', () => {
    expect(['2026-11-20', '20.11.2026.', '5/1/2026', '', '31.02.2026', 'yesterday'].map(readDay)).toEqual([
      '2026-11-20',
      '2026-11-20',
      '2026-01-05',
      null,
      undefined,
      undefined,
    ])
  })

  test('columns by their usual names, in Serbian too, or as named', () => {
    expect(findColumns(['Rb', 'Broj pošiljke', 'Datum', 'Otkupnina', 'Provizija'], {})).toEqual({ tracking: 1, amount: 3, fee: 4, date: 2 })
    expect(findColumns(['X', 'Y'], { tracking: 'X', amount: 'y' })).toEqual({ tracking: 0, amount: 1, fee: -1, date: -1 })
    expect(() => findColumns(['Tracking', 'Paid'], {})).toThrow(/amount_column/)
  })

  test('lines without a tracking number are totals; bad rows are named all at once', () => {
    const header = ['AWB', 'COD', 'Fee']
    expect(
      readLines(
        {
          header,
          rows: [
            { row: 2, cells: ['A1', '10,00', '0,50'] },
            { row: 3, cells: ['', '10,00', ''] },
          ],
        },
        {},
        'EUR',
      ),
    ).toEqual([{ tracking_number: 'A1', amount: 1000, fee: 50, collected_on: null }])
    expect(() =>
      readLines(
        {
          header,
          rows: [
            { row: 2, cells: ['A1', 'ten', 'x'] },
            { row: 3, cells: ['A2', '-5', ''] },
          ],
        },
        {},
        'EUR',
      ),
    ).toThrow(/and 2 more/)
  })
})
