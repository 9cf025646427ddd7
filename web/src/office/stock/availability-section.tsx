import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Item } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'

interface Availability {
  available: number
  waiting: number
  waiting_without_date: number
  dates: { at: string; change: number; balance: number; available: number }[]
  supplies: {
    source_id: string
    source_line_id: string
    warehouse_code: string
    quantity: number
    promised: number
    expected_at: string | null
    is_overdue: boolean
  }[]
}

/** What can be promised by date, and the receipts it comes from. Nothing expected: nothing to show. */
export function AvailabilitySection({ item }: { item: Item }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useGet<Availability>(`/v1/items/${item.id}/availability`)
  if (data === undefined || (data.supplies.length === 0 && data.waiting === 0)) return null
  const number = classes.number ?? ''
  const quantity = (value: number) => format.quantity(value, item.unit_scale)
  return (
    <>
      <Section title={t('promising.availability')} flush>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('promising.from')}</Table.Th>
              <Table.Th className={number}>{t('promising.change')}</Table.Th>
              <Table.Th className={number}>{t('promising.canPromise')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.dates.map((point, index) => (
              <Table.Tr key={point.at}>
                <Table.Td>{index === 0 ? t('promising.now') : format.dateTime(point.at)}</Table.Td>
                <Table.Td className={number}>{quantity(point.change)}</Table.Td>
                <Table.Td className={number}>{quantity(point.available)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      <Section title={t('promising.incoming')} flush>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('promising.expectedAt')}</Table.Th>
              <Table.Th>{t('word.warehouse')}</Table.Th>
              <Table.Th className={number}>{t('promising.expected')}</Table.Th>
              <Table.Th className={number}>{t('promising.promised')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.supplies.map((supply) => (
              <Table.Tr key={supply.source_line_id}>
                <Table.Td>
                  <TextLink to={paths.receipt(supply.source_id)}>
                    {supply.expected_at === null ? t('promising.noDate') : format.dateTime(supply.expected_at)}
                  </TextLink>
                  {supply.is_overdue ? <span className={classes.muted}>{` · ${t('promising.overdue')}`}</span> : null}
                </Table.Td>
                <Table.Td>{supply.warehouse_code}</Table.Td>
                <Table.Td className={number}>{quantity(supply.quantity)}</Table.Td>
                <Table.Td className={number}>{quantity(supply.promised)}</Table.Td>
              </Table.Tr>
            ))}
            {data.waiting_without_date > 0 ? (
              <Table.Tr>
                <Table.Td colSpan={4}>{t('promising.withoutDate', { quantity: quantity(data.waiting_without_date) })}</Table.Td>
              </Table.Tr>
            ) : null}
          </Table.Tbody>
        </Table>
      </Section>
    </>
  )
}
