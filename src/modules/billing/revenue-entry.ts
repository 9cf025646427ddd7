import { dayIn } from '../../kernel/clock.ts'
import { newId } from '../../kernel/ids.ts'
import { mulDivRound } from '../../kernel/money.ts'
import type { AccountRole, NewEntry, NewPosting, PostingRun } from '../ledger/index.ts'
import type { RevenueSlice } from '../orders/index.ts'

/** Ledger role that a slice's net amount belongs to. */
const INCOME_ROLE: Readonly<Record<string, AccountRole>> = {
  line: 'revenue',
  voucher: 'voucher_liability',
  shipping: 'shipping_income',
  allowance: 'sales_allowances',
  restocking_fee: 'restocking_fees',
}

/** What the vouchers of a slice are worth together, and the part of it that each one's liability takes. */
export interface SoldVouchers {
  face: number
  parts: readonly { voucherId: string; amount: number }[]
}

/** Role of a kind of slice; charges that are not shipping are other income. */
export function incomeRole(kind: string): AccountRole {
  return INCOME_ROLE[kind] ?? 'other_income'
}

/** Minor units of the base currency at a rate in millionths. */
export function toBase(amount: number, ratePpm: number): number {
  return ratePpm === 1_000_000 ? amount : mulDivRound(amount, ratePpm, 1_000_000)
}

/**
 * One entry per document, order and day: customer account against income and tax. `sign` 1 earns revenue, -1 takes it back.
 * Income is posted by line, tax in one sum; the customer account takes the balance, so the entry balances in the base currency.
 */
export function revenueEntries(
  run: PostingRun,
  slices: readonly RevenueSlice[],
  { sourceType, kind, sign, vouchers }: { sourceType: string; kind: string; sign: 1 | -1; vouchers?: ReadonlyMap<string, SoldVouchers> },
): NewEntry[] {
  const groups = Map.groupBy(slices, (slice) => `${slice.documentId}/${slice.orderId}/${dayIn(run.ctx.org.timeZone, slice.happenedAt)}`)
  return [...groups.values()].flatMap((group): NewEntry[] => {
    const [first] = group
    if (first === undefined) return []
    const shared = { currency: first.currency, partyId: first.partyId, channelId: first.channelId }
    const income = group.flatMap((slice): NewPosting[] => {
      const net = slice.gross - slice.tax
      const sold = vouchers?.get(slice.id)
      if (sold !== undefined) return voucherPostings(slice, sold, sign)
      if (net === 0) return []
      return [
        {
          ...shared,
          role: incomeRole(slice.kind),
          amount: -sign * net,
          baseAmount: -sign * toBase(net, slice.baseRatePpm),
          documentType: sourceType,
          documentId: slice.documentId,
          lineId: slice.documentLineId,
          itemId: slice.itemId,
          warehouseId: slice.warehouseId,
        },
      ]
    })
    const tax = group.reduce((sum, slice) => sum + slice.tax, 0)
    const taxPosting: NewPosting[] =
      tax === 0
        ? []
        : [
            {
              ...shared,
              role: 'tax_payable',
              amount: -sign * tax,
              baseAmount: -sign * toBase(tax, first.baseRatePpm),
              documentType: 'order',
              documentId: first.orderId,
            },
          ]
    const others = [...income, ...taxPosting]
    const owed = others.reduce((sum, posting) => sum - posting.amount, 0)
    const owedBase = others.reduce((sum, posting) => sum - posting.baseAmount, 0)
    if (others.length === 0) return []
    const customer: NewPosting[] =
      owed === 0 && owedBase === 0
        ? []
        : [{ ...shared, role: 'customer_account', amount: owed, baseAmount: owedBase, documentType: 'order', documentId: first.orderId }]
    return [
      {
        id: newId(),
        kind,
        accountingDate: dayIn(run.ctx.org.timeZone, first.happenedAt),
        sourceType,
        sourceId: first.documentId,
        memo: `Order ${first.orderNumber}`,
        postings: [...customer, ...others],
      },
    ]
  })
}

/**
 * A sold voucher: its face value is owed to whoever brings it (taken back: only what is left of it), the discount it was sold with is
 * ours to bear, and so is what was spent of a voucher whose sale is taken back.
 */
function voucherPostings(slice: RevenueSlice, { face, parts }: SoldVouchers, sign: 1 | -1): NewPosting[] {
  const shared = { currency: slice.currency, partyId: slice.partyId, channelId: slice.channelId, itemId: slice.itemId }
  const liability = parts.map((part): NewPosting => ({
    ...shared,
    role: 'voucher_liability',
    amount: -sign * part.amount,
    baseAmount: -sign * toBase(part.amount, slice.baseRatePpm),
    documentType: 'voucher',
    documentId: part.voucherId,
    lineId: slice.documentLineId,
  }))
  const spent = face - parts.reduce((sum, part) => sum + part.amount, 0)
  const others: { role: AccountRole; amount: number }[] = [
    { role: 'sales_discount', amount: sign * slice.discount },
    { role: 'bad_debt', amount: -sign * spent },
  ]
  return [
    ...liability,
    ...others
      .filter((other) => other.amount !== 0)
      .map((other): NewPosting => ({
        ...shared,
        ...other,
        baseAmount: toBase(other.amount, slice.baseRatePpm),
        lineId: slice.documentLineId,
      })),
  ]
}
