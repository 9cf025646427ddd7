import type { Exporter } from './exporter.ts'
import { ledgerCsv } from './ledger-csv.ts'
import { ledgerHledger } from './ledger-hledger.ts'
import { movementsCsv } from './movements.ts'
import { ordersCsv } from './orders.ts'
import { paymentsCsv } from './payments.ts'
import { receiptsCsv } from './receipts.ts'
import { salesCsv } from './sales.ts'
import { inventoryExporters } from './inventory-files.ts'
import { stockCsv } from './stock.ts'
import { trackingExporters } from './tracking-files.ts'

/** What can be exported, by kind and format; the first format of a kind is its default. Columns: docs/guides/exports.md. */
export const exporters: ReadonlyMap<string, ReadonlyMap<string, Exporter>> = new Map([
  ['orders', new Map([['csv', ordersCsv]])],
  ['sales', new Map([['csv', salesCsv]])],
  ['payments', new Map([['csv', paymentsCsv]])],
  ['stock', new Map([['csv', stockCsv]])],
  ['tracking', trackingExporters],
  ['inventory', inventoryExporters],
  ['movements', new Map([['csv', movementsCsv]])],
  ['receipts', new Map([['csv', receiptsCsv]])],
  [
    'ledger',
    new Map([
      ['csv', ledgerCsv],
      ['hledger', ledgerHledger],
    ]),
  ],
])
