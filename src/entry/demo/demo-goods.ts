import { adjustStock } from '../../modules/inventory/index.ts'
import { receiveGoodsBatch } from '../../modules/warehouse/index.ts'
import { DEMO, DEMO_WAREHOUSES } from './demo-business.ts'
import { COST_SCALE } from './demo-cost.ts'
import type { DemoDay } from './demo-plan.ts'
import type { DemoReceipt } from './demo-receipts.ts'
import { allGood, type DemoSession } from './demo-session.ts'
import type { DemoGround } from './demo-setup.ts'

/** Lines of receipts that go into one transaction. */
const LINES_AT_ONCE = 3000

/** Receives the day's deliveries, each item straight into its bin. */
export async function receiveDeliveries(session: DemoSession, ground: DemoGround, receipts: readonly DemoReceipt[]): Promise<void> {
  for (const group of groupsOf(receipts)) {
    session.at(group.at(-1)?.at ?? new Date())
    const inputs = group.map((receipt) => ({
      ...headOf(ground, receipt),
      received_at: receipt.at.toISOString(),
      lines: receipt.lines.map((line) => ({ ...lineOf(ground, receipt, line), quantity: line.quantity })),
    }))
    // oxlint-disable-next-line no-await-in-loop -- deliveries come one after another
    allGood(await session.batch(receiveGoodsBatch, inputs), 'receive a delivery')
  }
}

/** Announces deliveries that are still on their way. */
export async function announceDeliveries(session: DemoSession, ground: DemoGround, receipts: readonly DemoReceipt[]): Promise<void> {
  const inputs = receipts.map((receipt) => ({
    ...headOf(ground, receipt),
    expected_at: receipt.at.toISOString(),
    lines: receipt.lines.map((line) => ({ ...lineOf(ground, receipt, line), expected_quantity: line.quantity })),
  }))
  allGood(await session.batch(receiveGoodsBatch, inputs), 'announce a delivery')
}

function headOf(ground: DemoGround, receipt: DemoReceipt) {
  return {
    kind: 'supplier' as const,
    warehouse_id: ground.warehouses[receipt.warehouse],
    supplier_id: ground.suppliers.get(receipt.supplier) ?? '',
    reference: receipt.reference,
    currency: DEMO.baseCurrency,
  }
}

function lineOf(ground: DemoGround, receipt: DemoReceipt, line: DemoReceipt['lines'][number]) {
  return {
    sku: line.sku,
    unit_cost: { amount: line.unitCost, scale: COST_SCALE },
    location_code: ground.binOf.get(`${receipt.warehouse} ${line.sku}`) ?? '',
  }
}

function groupsOf(receipts: readonly DemoReceipt[]): DemoReceipt[][] {
  const groups: DemoReceipt[][] = []
  let lines = 0
  for (const receipt of receipts) {
    const last = groups.at(-1)
    if (last === undefined || lines + receipt.lines.length > LINES_AT_ONCE) {
      groups.push([receipt])
      lines = receipt.lines.length
    } else {
      last.push(receipt)
      lines += receipt.lines.length
    }
  }
  return groups
}

/** Writes the day's goods off: one adjustment a warehouse, kind and remark. */
export async function writeOffGoods(session: DemoSession, ground: DemoGround, writeOffs: DemoDay['writeOffs']): Promise<void> {
  for (const { code } of DEMO_WAREHOUSES) {
    const own = writeOffs.filter(({ warehouse }) => warehouse === code)
    for (const [key, group] of Map.groupBy(own, ({ kind, note }) => `${kind}\n${note}`)) {
      const [kind, note] = key.split('\n') as ['loss' | 'scrap' | 'damage', string]
      const lines = group.map(({ sku, quantity }) => ({ sku, quantity, location_code: ground.binOf.get(`${code} ${sku}`) ?? '' }))
      const happened_at = group[0]?.happenedAt.toISOString() ?? ''
      // oxlint-disable-next-line no-await-in-loop -- a handful a day
      await session.run(adjustStock, { warehouse_id: ground.warehouses[code], kind, note, happened_at, lines })
    }
  }
}
