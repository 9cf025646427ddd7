/** Where returned goods wait: for inspection, or kept for what was decided. */
export const RETURN_STAGES = ['waiting', 'repair', 'refurbish', 'supplier', 'reject'] as const
export type ReturnStage = (typeof RETURN_STAGES)[number]

export const DISPOSITIONS = [
  'restock',
  'repair',
  'refurbish',
  'scrap',
  'supplier',
  'reject',
  'send_to_supplier',
  'send_to_customer',
] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/**
 * What may be decided for goods at each stage. Goods kept for repair, refurbishing, the supplier or the customer are finished later:
 * restocked, scrapped, sent on or back.
 */
export const DECISIONS: Readonly<Record<ReturnStage, readonly Disposition[]>> = {
  waiting: ['restock', 'repair', 'refurbish', 'scrap', 'supplier', 'reject'],
  repair: ['restock', 'scrap', 'supplier', 'send_to_customer'],
  refurbish: ['restock', 'scrap', 'supplier'],
  supplier: ['send_to_supplier', 'restock', 'scrap'],
  reject: ['send_to_customer', 'restock', 'scrap'],
}

/** The stage that goods are at after a decision; null: they are done with. */
export function stageAfter(disposition: Disposition): ReturnStage | null {
  return RETURN_STAGES.find((stage) => stage === disposition) ?? null
}

/** Whether goods leave the warehouse's own locations with a decision, and to which virtual one. */
export function virtualTarget(disposition: Disposition): 'write_off' | 'supplier' | 'customer' | null {
  if (disposition === 'scrap') return 'write_off'
  if (disposition === 'send_to_supplier') return 'supplier'
  return disposition === 'send_to_customer' ? 'customer' : null
}
