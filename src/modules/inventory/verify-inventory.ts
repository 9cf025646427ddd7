import type { Tx } from '../../kernel/database.ts'
import type { CheckResult } from '../../kernel/verify.ts'
import { verifyStockValue, verifyValuedMovements } from './verify-cost.ts'
import { verifyAllocations, verifyDocumentLines, verifyLevels, verifyPositions } from './verify-stock.ts'

/** This room's checks: V1, its part of V2, V3, V4 (incoming is the warehouse's to say) and V7. One after another on one connection. */
export async function verifyInventory(tx: Tx, orgId: number): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of [verifyLevels, verifyDocumentLines, verifyValuedMovements, verifyAllocations, verifyPositions, verifyStockValue]) {
    // oxlint-disable-next-line no-await-in-loop -- one statement after another on one connection
    results.push(await check(tx, orgId))
  }
  return results
}
