import type { AccountRole } from './account.ts'

/** One side of an entry: debit positive, credit negative, in minor units. The account is named by its role or by its id. */
export interface NewPosting {
  role?: AccountRole
  accountId?: string
  amount: number
  currency: string
  baseAmount: number
  partyId?: string | null
  /** What the amount belongs to: the order of a customer account, the receipt of received not invoiced. */
  documentType?: string | null
  documentId?: string | null
  lineId?: string | null
  itemId?: string | null
  warehouseId?: string | null
  channelId?: string | null
}

/** An entry to be posted. */
export interface NewEntry {
  id: string
  /** What it records, such as `goods.shipped`. */
  kind: string
  /** YYYY-MM-DD in the organization's time zone (kernel `dayIn`). */
  accountingDate: string
  sourceType: string
  sourceId: string
  memo: string
  /** The entry that this one takes back; each can be reversed once. */
  reversesId?: string | null
  postings: NewPosting[]
}

/** A closed stretch of days, both ends included. */
export interface ClosedPeriod {
  starts_on: string
  ends_on: string
}

/**
 * Why an entry may not be posted, or null. Double entry: at least two sides, none of them zero, debits equal credits in the
 * base currency. Amounts in a document's currency need not balance.
 */
export function entryProblem(entry: Pick<NewEntry, 'postings'>): string | null {
  const { postings } = entry
  if (postings.length < 2) return `has ${postings.length} postings; an entry has at least two`
  let net = 0
  for (const [index, posting] of postings.entries()) {
    if (!Number.isSafeInteger(posting.amount) || !Number.isSafeInteger(posting.baseAmount))
      return `posting ${index + 1} is not an integer of minor units`
    if (posting.amount === 0 && posting.baseAmount === 0) return `posting ${index + 1} is zero; leave it out`
    if ((posting.role === undefined) === (posting.accountId === undefined))
      return `posting ${index + 1} names its account by role or by id, one of the two`
    net += posting.baseAmount
  }
  if (!Number.isSafeInteger(net)) return 'is larger than this system keeps'
  return net === 0 ? null : `does not balance: debits less credits are ${net} in the base currency`
}

/** Sum of the debit sides in the base currency; of a balanced entry the credits are the same. */
export function debitTotal(postings: readonly Pick<NewPosting, 'baseAmount'>[]): number {
  return postings.reduce((sum, posting) => (posting.baseAmount > 0 ? sum + posting.baseAmount : sum), 0)
}

/** The same entry with its sides exchanged. */
export function exchangeSides<P extends { amount: number; baseAmount: number }>(postings: readonly P[]): P[] {
  return postings.map((posting) => ({ ...posting, amount: negate(posting.amount), baseAmount: negate(posting.baseAmount) }))
}

/** The first day on or after `day` that is in no closed period. */
export function firstOpenDay(day: string, closed: readonly ClosedPeriod[]): string {
  let open = day
  for (const period of closed.toSorted((a, b) => (a.starts_on < b.starts_on ? -1 : 1))) {
    if (period.starts_on <= open && open <= period.ends_on) open = dayAfter(period.ends_on)
  }
  return open
}

const MS_PER_DAY = 86_400_000

/** The calendar day after a day (YYYY-MM-DD). */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + MS_PER_DAY).toISOString().slice(0, 10)
}

function negate(amount: number): number {
  return amount === 0 ? 0 : -amount
}
