import { Alert, Button, Code, CopyButton, Group, Table, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import { DayField } from '../../kit/date-fields.tsx'
import { useFormat } from '../../kit/format.ts'
import { Columns, Facts, Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import type { Voucher } from './money-shapes.ts'
import classes from '../../kit/kit.module.css'

/** One voucher: what is left on it, its code (shown once), its end, and everything that moved it. */
export function VoucherPage() {
  const { voucherId } = useParams({ strict: false }) as { voucherId: string }
  const { data, isError, error, refetch } = useGet<Voucher>(`/v1/vouchers/${voucherId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (data === undefined) return <PageSkeleton />
  return <VoucherDocument voucher={data} />
}

function VoucherDocument({ voucher }: { voucher: Voucher }) {
  const { t } = useTranslation()
  const may = useMay('billing.vouchers')
  return (
    <Page title={t('vouchers.one', { number: voucher.number })} beside={<StatusDot status={voucher.status} />}>
      <Columns
        main={<Entries voucher={voucher} />}
        side={
          <>
            <About voucher={voucher} />
            {may ? <Manage voucher={voucher} /> : null}
          </>
        }
      />
    </Page>
  )
}

function Entries({ voucher }: { voucher: Voucher }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('vouchers.entries')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('entries.date')}</Table.Th>
            <Table.Th>{t('entries.what')}</Table.Th>
            <Table.Th>{t('receivables.order')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('orders.amount')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(voucher.entries ?? []).map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td>{format.date(entry.happened_at)}</Table.Td>
              <Table.Td>
                {t(`voucherEntry.${entry.kind}`)}
                {entry.reason === '' ? null : <div style={{ color: 'var(--t-muted)' }}>{entry.reason}</div>}
              </Table.Td>
              <Table.Td>
                {entry.order_id === null ? '–' : <TextLink to={paths.order(entry.order_id)}>{`#${entry.order_number ?? ''}`}</TextLink>}
              </Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.money(entry.amount)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function About({ voucher }: { voucher: Voucher }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('vouchers.about')}>
      <Facts
        facts={[
          [t('vouchers.balance'), format.money(voucher.balance)],
          [t('vouchers.issued'), format.money(voucher.issued)],
          [t('vouchers.kind'), t(`voucherKind.${voucher.kind}`)],
          [t('vouchers.code'), voucher.code_last4 === null ? t('vouchers.noCode') : `•••• ${voucher.code_last4}`],
          [
            t('receivables.customer'),
            voucher.party_id === null ? null : (
              <TextLink key="c" to={paths.customer(voucher.party_id)}>
                {t('action.open')}
              </TextLink>
            ),
          ],
          [
            t('receivables.order'),
            voucher.order_id === null ? null : (
              <TextLink key="o" to={paths.order(voucher.order_id)}>
                {`#${voucher.order_number ?? ''}`}
              </TextLink>
            ),
          ],
          [t('vouchers.expires'), voucher.expires_at === null ? t('vouchers.never') : format.date(voucher.expires_at)],
        ]}
      />
    </Section>
  )
}

function Manage({ voucher }: { voucher: Voucher }) {
  const { t } = useTranslation()
  const [code, setCode] = useState<string | null>(null)
  const stale = ['/v1/vouchers']
  const make = useCommand<null, { code: string }>({
    path: `/v1/vouchers/${voucher.id}/code`,
    body: () => ({}),
    stale,
    after: (made) => setCode(made.code),
  })
  const expire = useCommand<string | null>({
    path: `/v1/vouchers/${voucher.id}/expiry`,
    method: 'PUT',
    body: (day) => ({ expires_at: day === null ? null : `${day}T23:59:59Z` }),
    stale,
    done: () => t('vouchers.expirySet'),
  })
  return (
    <Section title={t('vouchers.manage')}>
      <Group align="end" mb="sm">
        <DayField
          label={t('vouchers.expires')}
          clearable
          value={voucher.expires_at === null ? null : voucher.expires_at.slice(0, 10)}
          onChange={(day) => expire.mutate(day === null ? null : day.slice(0, 10))}
        />
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate(null)}>
          {t(voucher.code_last4 === null ? 'vouchers.makeCode' : 'vouchers.newCode')}
        </Button>
      </Group>
      {code === null ? (
        <Text size="sm" c="dimmed">
          {t('vouchers.codeDetail')}
        </Text>
      ) : (
        <Alert color="teal" variant="light" title={t('vouchers.codeOnce')}>
          <Group>
            <Code fz="lg">{code}</Code>
            <CopyButton value={code}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {t(copied ? 'vouchers.copied' : 'vouchers.copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
    </Section>
  )
}
