import { Button, Checkbox, Stack, Table, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import { minorOf, useFormat } from '../../kit/format.ts'
import { Columns, Facts, Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import type { OutstandingParcel, Remittance, RemittanceLine } from './money-shapes.ts'
import classes from '../../kit/kit.module.css'

/** A courier's list: line by line what was expected, what is missing, and accepting it. */
export function RemittancePage() {
  const { remittanceId } = useParams({ strict: false }) as { remittanceId: string }
  const { data, isError, error, refetch } = useGet<Remittance>(`/v1/courier-remittances/${remittanceId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (data === undefined) return <PageSkeleton />
  return <RemittanceDocument list={data} />
}

function RemittanceDocument({ list }: { list: Remittance }) {
  const { t } = useTranslation()
  const missing = list.missing ?? []
  return (
    <Page title={t('remittances.one', { number: list.number })} beside={<StatusDot status={list.status} />}>
      <Columns
        main={
          <>
            <Lines lines={list.lines ?? []} />
            {missing.length === 0 ? null : <Missing parcels={missing} />}
          </>
        }
        side={
          <>
            <About list={list} />
            {list.status === 'open' ? <Accept list={list} /> : null}
          </>
        }
      />
    </Page>
  )
}

function Lines({ lines }: { lines: readonly RemittanceLine[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('remittances.lines')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('remittances.tracking')}</Table.Th>
            <Table.Th>{t('receivables.order')}</Table.Th>
            <Table.Th>{t('remittances.found')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('remittances.expected')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('remittances.listed')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('remittances.fee')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                {line.shipment_id === null ? (
                  line.tracking_number
                ) : (
                  <TextLink to={paths.shipment(line.shipment_id)}>{line.tracking_number}</TextLink>
                )}
              </Table.Td>
              <Table.Td>
                {line.order_ids.map((id, index) => (
                  <TextLink key={id} to={paths.order(id)}>{`#${line.order_numbers[index] ?? ''} `}</TextLink>
                ))}
              </Table.Td>
              <Table.Td>
                <Text size="sm" fw={line.difference === 'none' ? 400 : 600} c={line.difference === 'none' ? 'dimmed' : 'var(--t-text)'}>
                  {t(`difference.${line.difference}`)}
                </Text>
              </Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.money(line.expected)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.money(line.amount)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{minorOf(line.fee) === 0 ? '–' : format.money(line.fee)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Missing({ parcels }: { parcels: readonly OutstandingParcel[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('remittances.missing')} flush>
      <Table>
        <Table.Tbody>
          {parcels.map((parcel) => (
            <Table.Tr key={parcel.shipment_id}>
              <Table.Td>
                <TextLink to={paths.shipment(parcel.shipment_id)}>{parcel.tracking_number ?? `#${parcel.shipment_number}`}</TextLink>
              </Table.Td>
              <Table.Td>
                <StatusDot status={parcel.delivered ? 'delivered' : 'shipped'} />
              </Table.Td>
              <Table.Td>{format.date(parcel.shipped_at)}</Table.Td>
              <Table.Td className={classes.number ?? ''}>{format.money(parcel.amount)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function About({ list }: { list: Remittance }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('entries.about')}>
      <Facts
        numbers
        facts={[
          [t('remittances.carrier'), list.carrier_name],
          [t('remittances.reference'), list.reference],
          [t('remittances.day'), format.date(list.statement_on)],
          [t('remittances.listed'), format.money(list.amount)],
          [t('remittances.expected'), format.money(list.expected)],
          [t('remittances.paysOrders'), format.money(list.pays_orders)],
          [t('remittances.fees'), format.money(list.fees)],
          [t('remittances.deposit'), list.deposit === null ? null : format.money(list.deposit)],
          [
            t('remittances.depositDifference'),
            list.deposit_difference === null || minorOf(list.deposit_difference) === 0 ? null : format.money(list.deposit_difference),
          ],
        ]}
      />
    </Section>
  )
}

/** Accepting posts the list; with differences only after they were looked at. */
function Accept({ list }: { list: Remittance }) {
  const { t } = useTranslation()
  const may = useMay('billing.remit')
  const [seen, setSeen] = useState(false)
  const stale = ['/v1/courier-remittances', '/v1/orders', '/v1/receivables', '/v1/journal-entries', '/v1/trial-balance']
  const accept = useCommand<null>({
    path: `/v1/courier-remittances/${list.id}/acceptance`,
    body: () => ({ accept_differences: seen }),
    stale,
    done: () => t('remittances.accepted'),
  })
  const cancel = useCommand<null>({
    path: `/v1/courier-remittances/${list.id}/cancellation`,
    body: () => ({}),
    stale,
    done: () => t('remittances.canceled'),
  })
  const differing = (list.lines ?? []).filter((line) => line.difference !== 'none').length
  const differs = differing > 0 || minorOf(list.deposit_difference) !== 0
  return (
    <Section title={t('remittances.accept')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('remittances.acceptDetail')}
        </Text>
        {differs ? (
          <Checkbox
            label={t('remittances.seen', { count: differing })}
            checked={seen}
            onChange={(event) => setSeen(event.currentTarget.checked)}
          />
        ) : null}
        <Button disabled={!may || (differs && !seen)} loading={accept.isPending} onClick={() => accept.mutate(null)}>
          {t('remittances.accept')}
        </Button>
        <Button variant="default" disabled={!may} loading={cancel.isPending} onClick={() => cancel.mutate(null)}>
          {t('remittances.cancel')}
        </Button>
      </Stack>
    </Section>
  )
}
