import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readCsv } from './csv.ts'
import { add, unitsOf } from './numbers.ts'
import { recomputeGoods } from './recompute-goods.ts'
import { recomputeSales } from './recompute-sales.ts'

// Recomputes the books from exported files, as an auditor would: `node test/independent/recompute.ts FOLDER BASE_CURRENCY` prints
// the balance of each account and the value of stock by warehouse. Shares no code with src/.

/** Texts of the exported files. */
export interface ExportedFiles {
  movements: string
  receipts: string
  orders: string
  sales: string
  payments: string
}

/** Balances by the role of the account, stock value by warehouse code, minor units of the base currency; slices that differ. */
export interface Recomputed {
  accounts: Map<string, bigint>
  stockValue: Map<string, bigint>
  differences: string[]
}

export function recompute(files: ExportedFiles, baseCurrency: string): Recomputed {
  const movements = readCsv(files.movements)
  const sales = readCsv(files.sales)
  const goods = recomputeGoods(movements, readCsv(files.receipts), baseCurrency)
  const sold = recomputeSales({ orders: readCsv(files.orders), sales, payments: readCsv(files.payments), movements })
  const accounts = new Map(goods.accounts)
  for (const [account, balance] of sold.accounts) add(accounts, account, balance)
  return { accounts, stockValue: goods.stockValue, differences: [...sold.differences, ...compareQuantities(movements, sales)] }
}

/** Every piece that left or came back is charged or credited once: quantities by shipment line in both files. */
function compareQuantities(movements: readonly Record<string, string>[], sales: readonly Record<string, string>[]): string[] {
  const moved = new Map<string, bigint>()
  const left = new Set(movements.filter((row) => row['to_kind'] === 'customer').map((row) => row['sale_line_id']))
  for (const row of movements) {
    if (row['sale_line_id'] === '') continue
    if (row['to_kind'] === 'customer') add(moved, row['sale_line_id'] ?? '', unitsOf(row['quantity']))
    if (row['from_kind'] === 'customer') add(moved, row['sale_line_id'] ?? '', -unitsOf(row['quantity']))
  }
  const charged = new Map<string, bigint>()
  for (const row of sales) {
    // What a channel sent itself is charged without a movement; only what comes back of it moves.
    const isElsewhere = row['kind'] === 'shipped' && !left.has(row['sale_line_id'])
    if (row['sale_line_id'] !== '' && !isElsewhere)
      add(charged, row['sale_line_id'] ?? '', (row['kind'] === 'shipped' ? 1n : -1n) * unitsOf(row['quantity']))
  }
  // Services and vouchers are charged without a movement.
  return [...moved].flatMap(([line, quantity]) =>
    charged.get(line) === quantity ? [] : [`shipment line ${line}: moved ${quantity}, charged ${charged.get(line) ?? 0n}`],
  )
}

function byName(a: readonly [string, bigint], b: readonly [string, bigint]): number {
  return a[0] < b[0] ? -1 : 1
}

if (import.meta.main) {
  const [folder = '.', baseCurrency = 'EUR'] = process.argv.slice(2)
  const read = (kind: string): Promise<string> => readFile(join(folder, `${kind}.csv`), 'utf8')
  const [movements, receipts, orders, sales, payments] = await Promise.all(
    ['movements', 'receipts', 'orders', 'sales', 'payments'].map(read),
  )
  const result = recompute(
    { movements: movements ?? '', receipts: receipts ?? '', orders: orders ?? '', sales: sales ?? '', payments: payments ?? '' },
    baseCurrency,
  )
  const lines = [
    ...[...result.accounts].toSorted(byName).map(([account, balance]) => `${account}\t${balance}`),
    ...[...result.stockValue].toSorted(byName).map(([warehouse, value]) => `stock ${warehouse}\t${value}`),
    ...result.differences,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  process.exitCode = result.differences.length === 0 ? 0 : 1
}
