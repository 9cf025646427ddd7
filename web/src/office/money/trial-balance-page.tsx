import { Table } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { TrialBalance } from '../../api/shapes.ts'
import { DayField } from '../../kit/date-fields.tsx'
import { minorOf, useFormat } from '../../kit/format.ts'
import { Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { MoneyTabs } from './money-tabs.tsx'
import classes from '../../kit/kit.module.css'

/** What every account stands at, on any day; each account opens its entries. */
export function TrialBalancePage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { on } = useSearch({ strict: false }) as { on?: string }
  const { data, isError, error, refetch } = useGet<TrialBalance>('/v1/trial-balance', { on })
  const set = (day: string | null) =>
    void navigate({ to: '.', search: (day === null ? {} : { on: day.slice(0, 10) }) as never, replace: true })
  return (
    <Page
      title={t('trialBalance.title')}
      actions={
        <DayField
          size="xs"
          w={170}
          clearable
          aria-label={t('trialBalance.on')}
          placeholder={t('trialBalance.on')}
          value={on ?? null}
          onChange={set}
        />
      }
    >
      <MoneyTabs />
      {isError ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {data === undefined && !isError ? <PageSkeleton /> : null}
      {data === undefined ? null : <Accounts balance={data} />}
    </Page>
  )
}

function Accounts({ balance }: { balance: TrialBalance }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = (amount: TrialBalance['total_debit']) => format.money(amount, balance.currency)
  const moved = (amount: TrialBalance['total_debit']) => (minorOf(amount) === 0 ? <span className={classes.muted}>–</span> : money(amount))
  return (
    <Section
      title={t('trialBalance.asOf', { day: format.date(balance.on) })}
      flush
      actions={<StatusDot status={money(balance.total_debit) === money(balance.total_credit) ? 'ok' : 'fault'} />}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('entries.account')}</Table.Th>
            <Table.Th>{t('trialBalance.type')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('entries.debit')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('entries.credit')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('trialBalance.balance')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {balance.accounts.map((account) => (
            <Table.Tr key={account.code}>
              <Table.Td>
                <TextLink to={paths.entries()} search={{ account: account.code }}>{`${account.code} ${account.name}`}</TextLink>
              </Table.Td>
              <Table.Td>{t(`accountType.${account.type}`)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{moved(account.debit)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{moved(account.credit)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{moved(account.balance)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th colSpan={2}>{t('trialBalance.totals')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{money(balance.total_debit)}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{money(balance.total_credit)}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Section>
  )
}
