import { Table } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { Facts, Page, Section } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { MovementsTable } from './movements-table.tsx'
import classes from '../../kit/kit.module.css'

interface CountDocument {
  id: string
  number: number
  warehouse_code: string
  scope: string
  note: string
  counted_at: string
  lines: {
    id: string
    item_id: string
    sku: string
    name: string
    unit_scale: number
    location_code: string
    counted: number
    expected: number
    difference: number
    reason: string
    listed: boolean
  }[]
}

/** One count: what was there, what should have been, and the difference that was booked. */
export function CountPage() {
  const { countId } = useParams({ strict: false }) as { countId: string }
  const { t } = useTranslation()
  const format = useFormat()
  const { data: count, isError, error, refetch } = useGet<CountDocument>(`/v1/stock-counts/${countId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (count === undefined) return <PageSkeleton />
  const number = classes.number ?? ''
  return (
    <Page title={t('promising.count', { number: count.number })}>
      <div style={{ display: 'grid', gap: 16 }}>
        <Section title={t('promising.counted')}>
          <Facts
            facts={[
              [t('word.warehouse'), count.warehouse_code],
              [t('promising.scope'), t(`promising.scopes.${count.scope}`)],
              [t('promising.countedAt'), format.dateTime(count.counted_at)],
              [t('promising.note'), count.note],
            ]}
          />
        </Section>
        <Section title={t('orders.lines')} flush>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('orders.item')}</Table.Th>
                <Table.Th>{t('promising.location')}</Table.Th>
                <Table.Th className={number}>{t('promising.expected')}</Table.Th>
                <Table.Th className={number}>{t('promising.countedQuantity')}</Table.Th>
                <Table.Th className={number}>{t('promising.difference')}</Table.Th>
                <Table.Th>{t('promising.reason')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {count.lines.map((line) => (
                <Table.Tr key={line.id}>
                  <Table.Td>
                    <TextLink to={paths.stockItem(line.item_id)}>{line.sku}</TextLink> {line.name}
                  </Table.Td>
                  <Table.Td>{line.location_code}</Table.Td>
                  <Table.Td className={number}>{format.quantity(line.expected, line.unit_scale)}</Table.Td>
                  <Table.Td className={number}>{format.quantity(line.counted, line.unit_scale)}</Table.Td>
                  <Table.Td className={number}>{format.quantity(line.difference, line.unit_scale)}</Table.Td>
                  <Table.Td>{t(line.listed ? `promising.countReason.${line.reason}` : 'promising.notListed')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Section>
        {count.lines.some((line) => line.difference !== 0) ? (
          <Section title={t('promising.booked')} flush>
            <MovementsTable query={{ source_id: count.id }} />
          </Section>
        ) : null}
      </div>
    </Page>
  )
}
