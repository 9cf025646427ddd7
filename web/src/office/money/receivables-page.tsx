import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { Figures } from '../../kit/page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import type { CustomerBalance, ReceivablesSummary } from './money-shapes.ts'
import { MoneyTabs } from './money-tabs.tsx'
import classes from './money.module.css'

/** What customers owe, and what they paid ahead or too much, by order; the sums tie to the customer account. */
export function ReceivablesPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const { side } = useSearch({ strict: false }) as { side?: string }
  const deposits = side === 'deposits'
  return (
    <ListPage<CustomerBalance>
      key={deposits ? 'deposits' : 'receivables'}
      title={t('receivables.title')}
      path={deposits ? '/v1/deposits' : '/v1/receivables'}
      rowId={(row) => row.document_id}
      rowLabel={(row) => documentName(row, t('receivables.unknownSale'))}
      rowHref={(row) => (row.document_type === 'order' ? paths.order(row.document_id) : paths.entries())}
      above={
        <>
          <MoneyTabs list />
          <Summary deposits={deposits} />
        </>
      }
      filters={[{ key: 'min_age_days', label: t('receivables.minAge') }]}
      columns={[
        {
          id: 'order',
          header: t('receivables.order'),
          width: 'minmax(80px, 130px)',
          phone: true,
          cell: (row) =>
            row.document_type === 'order' ? (
              <TextLink to={paths.order(row.document_id)}>{documentName(row, '')}</TextLink>
            ) : (
              t('receivables.unknownSale')
            ),
        },
        {
          id: 'customer',
          header: t('receivables.customer'),
          width: 'minmax(110px, 3fr)',
          phone: true,
          cell: (row) => row.customer_name ?? '–',
        },
        { id: 'since', header: t('receivables.since'), width: '130px', cell: (row) => format.date(row.since) },
        {
          id: 'age',
          header: t('receivables.age'),
          width: '100px',
          end: true,
          cell: (row) => t('receivables.days', { count: row.age_days }),
        },
        {
          id: 'amount',
          header: t('orders.amount'),
          width: 'minmax(110px, 140px)',
          end: true,
          phone: true,
          cell: (row) => format.money(row.amount),
        },
      ]}
      empty={{ title: t(deposits ? 'receivables.noDeposits' : 'receivables.none'), detail: t('receivables.noneDetail') }}
    />
  )
}

function documentName(row: CustomerBalance, other: string): string {
  return row.order_number === null ? other : `#${row.order_number}`
}

function Summary({ deposits }: { deposits: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const { data } = useGet<ReceivablesSummary>('/v1/receivables/summary')
  return (
    <div className={classes.summary}>
      <SegmentedControl
        aria-label={t('receivables.title')}
        value={deposits ? 'deposits' : 'receivables'}
        onChange={(value) => void navigate({ to: '.', search: (value === 'deposits' ? { side: value } : {}) as never, replace: true })}
        data={[
          { value: 'receivables', label: t('receivables.owed') },
          { value: 'deposits', label: t('receivables.deposits') },
        ]}
      />
      {data === undefined ? null : (
        <Figures
          figures={[
            [t('receivables.owed'), format.money(data.receivables)],
            [t('receivables.deposits'), format.money(data.deposits)],
            [t('receivables.account'), format.money(data.account_balance)],
          ]}
        />
      )}
      {data === undefined ? null : (
        <Figures
          figures={data.ages.map((age) => [
            t('receivables.ageDays', { days: age.days }),
            format.money(deposits ? age.deposits : age.receivables),
          ])}
        />
      )}
    </div>
  )
}
