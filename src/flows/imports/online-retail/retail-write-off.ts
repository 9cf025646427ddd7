import { instantOf } from './local-time.ts'
import type { RetailRow } from './retail-row.ts'

/** Goods that left the stock without a sale: scrap and damage are explained, loss is not. */
export interface RetailWriteOff {
  invoice: string
  happenedAt: Date
  sku: string
  quantity: number
  kind: 'scrap' | 'damage' | 'loss'
  /** The remark in the file's description, empty where it has none. */
  note: string
}

const DAMAGE = /damag|crush|smash|broken|wet|rust|mould|faulty|smudge|crack|dirty/i
const SCRAP = /thrown|throw away|unsale?able|destroy|can't sell|cant sell/i

/** Reads a row with fewer goods and no price: thrown away is scrap, damaged is damage, anything else ("check", "?", nothing) a loss. */
export function writeOffOf(row: RetailRow): RetailWriteOff {
  const kind = SCRAP.test(row.description) ? 'scrap' : DAMAGE.test(row.description) ? 'damage' : 'loss'
  return { invoice: row.invoice, happenedAt: instantOf(row.at), sku: row.code, quantity: -row.quantity, kind, note: row.description }
}
