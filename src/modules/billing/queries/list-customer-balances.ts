import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { CalendarDay, Money } from '../wire.ts'

const BalanceRow = exactly({
  document_type: Type.String(),
  document_id: Uuid,
  /** Of the order; null for a return of no known sale. */
  order_number: nullable(Type.Integer()),
  customer_name: nullable(Type.String()),
  party_id: nullable(Uuid),
  payment_terms: nullable(Type.String()),
  /** What stands on the account, positive on both lists. */
  amount: Money,
  base_amount: Money,
  since: CalendarDay,
  age_days: Type.Integer(),
  placed_at: nullable(Instant),
})

interface Row {
  document_type: string
  document_id: string
  order_number: number | null
  customer_name: string | null
  party_id: string | null
  payment_terms: string | null
  currency: string
  amount: number
  base_amount: number
  since: string
  age_days: number
  placed_at: Date | null
}

const Input = exactly({
  party_id: Type.Optional(Uuid),
  min_age_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
  ...pageInput,
})

/** `side` 1: debits (receivables), -1: credits (deposits), shown positive. The largest in the base currency first. */
function balancesQuery(name: string, summary: string, side: 1 | -1) {
  return defineQuery({
    name,
    permission: 'ledger.read',
    summary,
    input: Input,
    output: pageOf(BalanceRow),
    async run({ tx, ctx, now }, { party_id, min_age_days, limit = DEFAULT_LIMIT, cursor }) {
      const after = decodeCursor(cursor, ['number', 'string'])
      const conditions: RawBuilder<unknown>[] = [sql`b.org_id = ${ctx.orgId}`, sql`${side} * b.amount > 0`]
      if (party_id !== undefined) conditions.push(sql`b.party_id = ${party_id}::uuid`)
      if (min_age_days !== undefined) conditions.push(sql`(${now} at time zone ${ctx.org.timeZone})::date - b.first_on >= ${min_age_days}`)
      if (after !== null) conditions.push(sql`(${side} * b.base_amount, b.document_id) < (${after[0]}, ${after[1]}::uuid)`)
      const { rows } = await sql<Row>`
        select b.document_type, b.document_id, o.number as order_number, o.customer_name, b.party_id, o.payment_terms, b.currency::text, ${side} * b.amount as amount, ${side} * b.base_amount as base_amount,
               b.first_on as since, (${now} at time zone ${ctx.org.timeZone})::date - b.first_on as age_days, o.placed_at
          from ledger.customer_balance b left join orders.sales_order o on o.org_id = b.org_id and o.id = b.document_id
         where ${sql.join(conditions, sql` and `)} order by ${side} * b.base_amount desc, b.document_id desc limit ${limit + 1}`.execute(tx)
      const data = rows.map(({ currency, amount, base_amount, placed_at, ...row }): Static<typeof BalanceRow> => ({
        ...row,
        amount: { amount, currency },
        base_amount: { amount: base_amount, currency: ctx.org.baseCurrency },
        placed_at: placed_at === null ? null : placed_at.toISOString(),
      }))
      return toPage(data, limit, (row) => [row.base_amount.amount, row.document_id])
    },
  })
}

/** What customers owe, by order. */
export const listReceivables = balancesQuery('billing.list_receivables', 'List what customers owe, by order', 1)

/** What customers paid before anything was shipped, or too much, by order; and credits of returns of no known sale. */
export const listDeposits = balancesQuery('billing.list_deposits', 'List what customers paid ahead or too much, by order', -1)

const BUCKETS = ['0-30', '31-60', '61-90', '91+'] as const

/**
 * Both sides of the customer account by age, in the base currency, and the account itself: receivables less deposits are its balance.
 */
export const getReceivablesSummary = defineQuery({
  name: 'billing.get_receivables_summary',
  permission: 'ledger.read',
  summary: 'Sum up what customers owe and paid ahead, by age',
  input: exactly({}),
  output: exactly({
    receivables: Money,
    deposits: Money,
    account_balance: Money,
    ages: Type.Array(exactly({ days: Type.Enum([...BUCKETS]), receivables: Money, deposits: Money })),
  }),
  async run({ tx, ctx, now }) {
    const { rows } = await sql<{ days: string; receivables: number; deposits: number }>`
      select case when age <= 30 then '0-30' when age <= 60 then '31-60' when age <= 90 then '61-90' else '91+' end as days,
             coalesce(sum(base_amount) filter (where base_amount > 0), 0)::bigint as receivables, coalesce(-sum(base_amount) filter (where base_amount < 0), 0)::bigint as deposits
        from (select base_amount, (${now} at time zone ${ctx.org.timeZone})::date - first_on as age from ledger.customer_balance where org_id = ${ctx.orgId}) b group by 1`.execute(
      tx,
    )
    const { rows: account } = await sql<{ balance: number }>`
      select coalesce(sum(base_amount), 0)::bigint as balance from ledger.role_balance where org_id = ${ctx.orgId} and role = 'customer_account'`.execute(
      tx,
    )
    const money = (amount: number) => ({ amount, currency: ctx.org.baseCurrency })
    const ages = BUCKETS.map((days) => {
      const row = rows.find((one) => one.days === days)
      return { days, receivables: money(row?.receivables ?? 0), deposits: money(row?.deposits ?? 0) }
    })
    return {
      receivables: money(ages.reduce((sum, age) => sum + age.receivables.amount, 0)),
      deposits: money(ages.reduce((sum, age) => sum + age.deposits.amount, 0)),
      account_balance: money(account[0]?.balance ?? 0),
      ages,
    }
  },
})

const CustomerRow = exactly({
  party_id: nullable(Uuid),
  customer_name: nullable(Type.String()),
  receivables: Money,
  deposits: Money,
  orders: Type.Integer(),
  oldest_on: CalendarDay,
})

/** The customer account by customer, in the base currency, largest debt first, the first 1,000; orders without a customer are one row. */
export const listReceivablesByCustomer = defineQuery({
  name: 'billing.list_receivables_by_customer',
  permission: 'ledger.read',
  summary: 'List what each customer owes and paid ahead',
  input: exactly({}),
  output: pageOf(CustomerRow),
  async run({ tx, ctx }) {
    const { rows } = await sql<{
      party_id: string | null
      customer_name: string | null
      receivables: number
      deposits: number
      orders: number
      oldest_on: string
    }>`
      select b.party_id, p.name as customer_name, coalesce(sum(b.base_amount) filter (where b.base_amount > 0), 0)::bigint as receivables, coalesce(-sum(b.base_amount) filter (where b.base_amount < 0), 0)::bigint as deposits,
             count(*) as orders, min(b.first_on) as oldest_on
        from ledger.customer_balance b left join parties.party p on p.org_id = b.org_id and p.id = b.party_id
       where b.org_id = ${ctx.orgId} and b.base_amount <> 0 group by b.party_id, p.name order by 3 desc, 4 desc, b.party_id limit 1000`.execute(
      tx,
    )
    const money = (amount: number) => ({ amount, currency: ctx.org.baseCurrency })
    return { data: rows.map((row) => ({ ...row, receivables: money(row.receivables), deposits: money(row.deposits) })), next_cursor: null }
  },
})
