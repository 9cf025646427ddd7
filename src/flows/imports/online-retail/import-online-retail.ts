import type { Outcome } from '../../../kernel/command.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { runBatch } from '../../../kernel/runner.ts'
import { createItems, type NewItem } from '../../../modules/catalog/index.ts'
import { placeOrders, recordPaymentBatch, type TakenOrder } from '../../../modules/orders/index.ts'
import { BadFile } from '../bad-file.ts'
import { chunksOf } from '../file-values.ts'
import type { ImportFormat, ImportJob, PreparedImport } from '../import-format.ts'
import { cancelOpenLines } from './cancel-open-lines.ts'
import { readRetailFile } from './read-rows.ts'
import { retailHistory, type RetailHistory } from './retail-history.ts'
import { type RetailItem, retailItems } from './retail-items.ts'
import type { RetailOrder } from './retail-order.ts'
import { refundsOf } from './retail-refund.ts'
import { RETAIL_COLUMNS, type RetailRow } from './retail-row.ts'
import { emptyReckoning, reckon, reckoningReport } from './row-class.ts'

/** Channel the orders come in by: every organization has it from its first day. */
const CHANNEL = 'import'

/** Currency of the file; it states no rates to any other. */
const CURRENCY = 'GBP'

/** Orders, and lines of all of them, written in one transaction. */
const ORDERS_AT_ONCE = 500
const LINES_AT_ONCE = 3000
const ITEMS_AT_ONCE = 2000
const REFUNDS_AT_ONCE = 500

/**
 * The "Online Retail" data as orders (docs/guides/online-retail.md), plain or gzip. Makes the items it names, takes in the orders, cancels on them what C invoices took back,
 * and records credits as refunds. Goods already sent come back by a return receipt, and stock is imported as stock: this touches neither.
 */
export const importOnlineRetail: ImportFormat = {
  kind: 'orders',
  name: 'online-retail',
  summary: 'Orders of the UCI "Online Retail" data, CSV or CSV.gz: every row is accounted for by class',
  columns: RETAIL_COLUMNS.map((name) => ({ name, required: true, about: 'As in the original file' })),

  async prepare(job: ImportJob): Promise<PreparedImport> {
    if (job.ctx.org.baseCurrency !== CURRENCY) {
      throw new BadFile(
        'file.currency',
        `The data is in ${CURRENCY}, the books are in ${job.ctx.org.baseCurrency}`,
        `import it into an organization whose base currency is ${CURRENCY}`,
      )
    }
    const { rows, history } = await readHistory(job)
    const items = retailItems(rows)
    job.report.totals = { classes: job.report.totals['classes'], ...countsOf(history, items) }
    return { write: () => write(job, history, items) }
  },
}

async function readHistory(job: ImportJob): Promise<{ rows: RetailRow[]; history: RetailHistory }> {
  const { report } = job
  const rows: RetailRow[] = []
  const reckoning = emptyReckoning()
  try {
    report.rowsTotal = await readRetailFile(Buffer.from(job.content), {
      onRow: (row) => {
        rows.push(row)
        reckon(reckoning, row)
      },
      onProblem: (problem) => report.problem(problem),
    })
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'invalid') throw error
    throw new BadFile(
      'file.unreadable',
      `The file ${error.fields[0]?.message ?? error.message}`,
      'send the original file, as CSV or CSV.gz',
    )
  }
  report.totals = { classes: reckoningReport(reckoning) }
  const history = retailHistory(rows, { channel: CHANNEL })
  for (const problem of history.problems) report.problem(problem)
  return { rows, history }
}

function countsOf(history: RetailHistory, items: readonly RetailItem[]): Record<string, unknown> {
  const { orders, returns, credits, writeOffs, leftOut } = history
  const unnamed = returns.flatMap(({ lines }) => lines).filter((line) => line.sale === null)
  return {
    items: items.length,
    orders: orders.length,
    order_lines: orders.reduce((sum, { body }) => sum + body.lines.length + body.charges.length, 0),
    return_invoices: returns.length,
    credits: credits.length,
    stays_out: { fee: leftOut.fee.length, bad_debt: leftOut.bad_debt.length, sub_penny: leftOut.sub_penny.length },
    stock_only: { write_offs: writeOffs.length, returns_of_no_known_sale: unnamed.length },
  }
}

async function write(job: ImportJob, history: RetailHistory, items: readonly RetailItem[]): Promise<void> {
  const made = await makeItems(job, items)
  const taken = await takeOrders(job, history.orders)
  const canceled = await cancelReturned(job, history, taken)
  const refunds = await giveRefunds(job, history, taken.ids)
  job.report.totals = {
    ...job.report.totals,
    items_made: made,
    accepted: taken.fresh.size,
    replayed: taken.ids.size - taken.fresh.size,
    ...canceled,
    refunds,
  }
}

/** Items that are there already stay as they are. */
async function makeItems({ system, ctx }: ImportJob, items: readonly RetailItem[]): Promise<number> {
  let made = 0
  for (const chunk of chunksOf(items, ITEMS_AT_ONCE)) {
    // oxlint-disable-next-line no-await-in-loop -- two chunks
    const outcomes = await runBatch(system, ctx, createItems, chunk.map(newItem))
    const refused = outcomes.find((outcome) => !outcome.ok && outcome.error.code !== 'catalog.sku_taken')
    if (refused?.ok === false) throw refused.error
    made += outcomes.filter((outcome) => outcome.ok).length
  }
  return made
}

function newItem({ sku, kind, name, price }: RetailItem): NewItem {
  return {
    sku,
    kind,
    name,
    tax_class: kind === 'voucher' ? 'zero' : 'standard',
    ...(price === null ? {} : { price: { amount: price, scale: 2, currency: CURRENCY } }),
  }
}

interface TakenIds {
  /** Order ids by invoice, new and known. */
  ids: Map<string, string>
  /** Invoices that were new: only those are changed further, so that a file imported twice changes nothing twice. */
  fresh: Set<string>
}

async function takeOrders(job: ImportJob, orders: readonly RetailOrder[]): Promise<TakenIds> {
  const taken: TakenIds = { ids: new Map(), fresh: new Set() }
  for (const group of groupsOf(orders)) {
    // oxlint-disable-next-line no-await-in-loop -- the first order of the file is served first
    const outcomes = await runBatch(
      job.system,
      job.ctx,
      placeOrders,
      group.map(({ body }) => body),
    )
    for (const [index, order] of group.entries()) noteOutcome(job, order, { outcome: outcomes[index], taken })
    // oxlint-disable-next-line no-await-in-loop -- as above
    await job.progress(job.report.rowsDone)
  }
  return taken
}

function noteOutcome(
  job: ImportJob,
  { invoice, body, firstLine }: RetailOrder,
  { outcome, taken }: { outcome: Outcome<TakenOrder> | undefined; taken: TakenIds },
): void {
  if (outcome === undefined) return
  if (!outcome.ok) {
    job.report.problem({
      row: firstLine,
      column: 'InvoiceNo',
      code: outcome.error.code,
      message: outcome.error.message,
      fix: 'correct the rows of this invoice',
      value: invoice,
    })
    return
  }
  taken.ids.set(invoice, outcome.value.id)
  if (outcome.value.status === 'accepted') taken.fresh.add(invoice)
  job.report.rowsDone += body.lines.length + body.charges.length
}

function groupsOf(orders: readonly RetailOrder[]): RetailOrder[][] {
  const groups: RetailOrder[][] = []
  let lines = 0
  for (const order of orders) {
    const last = groups.at(-1)
    lines += order.body.lines.length
    if (last !== undefined && last.length < ORDERS_AT_ONCE && lines <= LINES_AT_ONCE) last.push(order)
    else {
      groups.push([order])
      lines = order.body.lines.length
    }
  }
  return groups
}

/** Cancels on new orders what C invoices took back of them, as far as it is not sent. */
async function cancelReturned(
  job: ImportJob,
  history: RetailHistory,
  taken: TakenIds,
): Promise<{ canceled_lines: number; sent_before: number }> {
  const named = history.returns.flatMap((one) =>
    one.lines.flatMap((line) => (line.sale !== null && taken.fresh.has(line.sale.invoice) ? [{ line, invoice: line.sale.invoice }] : [])),
  )
  const counts = { canceled_lines: 0, sent_before: 0 }
  for (const [invoice, parts] of Map.groupBy(named, (part) => part.invoice)) {
    // oxlint-disable-next-line no-await-in-loop -- one order after another, a few thousand
    const canceled = await cancelOpenLines(
      job,
      taken.ids.get(invoice) ?? '',
      parts.map((part) => part.line),
    )
    counts.canceled_lines += canceled
    counts.sent_before += parts.length - canceled
  }
  return counts
}

/** Records what was given back: credits without goods, and what returned goods had cost. The reference makes each fact one fact, however often the file is imported. */
async function giveRefunds({ system, ctx }: ImportJob, history: RetailHistory, ids: ReadonlyMap<string, string>): Promise<number> {
  const refunds = refundsOf(history).flatMap(({ invoice, amount, reference, reason, at }) => {
    const order_id = ids.get(invoice)
    return order_id === undefined
      ? []
      : [{ order_id, kind: 'refunded' as const, amount, method: 'card', reference, reason, happened_at: at.toISOString() }]
  })
  for (const chunk of chunksOf(refunds, REFUNDS_AT_ONCE)) {
    // oxlint-disable-next-line no-await-in-loop -- chunks follow each other
    await runBatch(system, ctx, recordPaymentBatch, chunk)
  }
  return refunds.length
}
