import { type Static, Type } from 'typebox'
import { exactly, Uuid } from '../../kernel/schema.ts'

export const ACCOUNT_TYPES = ['asset', 'liability', 'equity', 'income', 'expense'] as const
export type AccountType = (typeof ACCOUNT_TYPES)[number]

/**
 * The chart a new organization starts with: one account for each role that the posting rules name, with codes as a
 * merchant's accountant would number them (1 assets, 2 liabilities, 3 equity, 4 income, 5 and 6 expenses).
 */
export const GENERIC_CHART = {
  inventory: { code: '1310', name: 'Inventory', type: 'asset' },
  goods_in_transit: { code: '1320', name: 'Goods in transit', type: 'asset' },
  production: { code: '1330', name: 'Goods in production', type: 'asset' },
  deferred_cost: { code: '1340', name: 'Goods on their way to customers', type: 'asset' },
  customer_account: { code: '1210', name: 'Customer accounts', type: 'asset' },
  payment_clearing: { code: '1220', name: 'Payment clearing', type: 'asset' },
  cash_in_courier: { code: '1230', name: 'Cash with couriers', type: 'asset' },
  carrier_claims: { code: '1260', name: 'Claims on carriers', type: 'asset' },
  bank: { code: '1110', name: 'Bank', type: 'asset' },
  received_not_invoiced: { code: '2110', name: 'Goods received, not invoiced', type: 'liability' },
  supplier_account: { code: '2120', name: 'Supplier accounts', type: 'liability' },
  tax_payable: { code: '2210', name: 'Tax payable', type: 'liability' },
  voucher_liability: { code: '2310', name: 'Vouchers outstanding', type: 'liability' },
  deferred_revenue: { code: '2320', name: 'Deferred revenue', type: 'liability' },
  opening_equity: { code: '3110', name: 'Opening balance equity', type: 'equity' },
  revenue: { code: '4110', name: 'Revenue from goods', type: 'income' },
  shipping_income: { code: '4120', name: 'Shipping income', type: 'income' },
  other_income: { code: '4190', name: 'Other income', type: 'income' },
  claim_income: { code: '4160', name: 'Compensation from carriers', type: 'income' },
  voucher_breakage: { code: '4130', name: 'Expired vouchers', type: 'income' },
  sales_discount: { code: '4910', name: 'Sales discounts', type: 'income' },
  sales_allowances: { code: '4920', name: 'Sales returns and allowances', type: 'income' },
  restocking_fees: { code: '4140', name: 'Restocking fees', type: 'income' },
  cost_of_goods_sold: { code: '5110', name: 'Cost of goods sold', type: 'expense' },
  price_difference: { code: '5120', name: 'Purchase price differences', type: 'expense' },
  write_off: { code: '5210', name: 'Goods written off', type: 'expense' },
  shrinkage: { code: '5220', name: 'Shrinkage', type: 'expense' },
  fees: { code: '6110', name: 'Channel and payment fees', type: 'expense' },
  courier_fees: { code: '6120', name: 'Courier fees', type: 'expense' },
  bad_debt: { code: '6210', name: 'Bad debt', type: 'expense' },
  rounding: { code: '6910', name: 'Rounding differences', type: 'expense' },
} as const satisfies Record<string, { code: string; name: string; type: AccountType }>

/** The purpose for which the posting rules look an account up. */
export type AccountRole = keyof typeof GENERIC_CHART

/**
 * Accounts whose balance equals documents or stock (V7, V8): only those documents post to them. An entry by hand would break
 * the proof, so it is refused.
 */
const CONTROL_ROLES: ReadonlySet<string> = new Set<AccountRole>([
  'inventory',
  'goods_in_transit',
  'production',
  'deferred_cost',
  'deferred_revenue',
  'customer_account',
  'payment_clearing',
  'cash_in_courier',
  'carrier_claims',
  'received_not_invoiced',
  'supplier_account',
  'voucher_liability',
])

/** Whether only documents may post to the account of this role. */
export function isControlRole(role: string | null): boolean {
  return role !== null && CONTROL_ROLES.has(role)
}

/** An account of the chart as the API shows it. */
export const Account = exactly({
  id: Uuid,
  code: Type.String(),
  name: Type.String(),
  type: Type.Enum([...ACCOUNT_TYPES]),
  role: Type.Union([Type.String(), Type.Null()]),
  is_active: Type.Boolean(),
})
export type Account = Static<typeof Account>
