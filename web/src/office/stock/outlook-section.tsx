import { Table } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { ItemOutlook, ItemSalesList } from '../../api/report-shapes.ts'
import type { Item } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Facts, Section } from '../../kit/page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import kit from '../../kit/kit.module.css'

/** Until when the stock lasts at the pace of the last four weeks, where it is low, and what those weeks earned. */
export function OutlookSection({ item }: { item: Item }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useGet<ItemOutlook>(`/v1/items/${item.id}/outlook`)
  const [now] = useState(() => Date.now())
  if (data === undefined || data.data.length === 0) return null
  const number = kit.number ?? ''
  const until = (days: number) => format.date(new Date(now + days * 86_400_000).toISOString())
  return (
    <Section title={t('outlook.title')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('word.warehouse')}</Table.Th>
            <Table.Th className={number}>{t('stock.available')}</Table.Th>
            <Table.Th className={number}>{t('stock.threshold')}</Table.Th>
            <Table.Th className={number}>{t('outlook.sold', { count: data.days })}</Table.Th>
            <Table.Th className={number}>{t('outlook.lasts')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.data.map((row) => (
            <Table.Tr key={row.warehouse_id}>
              <Table.Td>
                {row.warehouse_code} {row.is_low ? <StatusDot status="low" /> : null}
              </Table.Td>
              <Table.Td className={number}>{format.quantity(row.available, item.unit_scale)}</Table.Td>
              <Table.Td className={number}>{row.threshold === null ? '–' : format.quantity(row.threshold, item.unit_scale)}</Table.Td>
              <Table.Td className={number}>{format.quantity(row.sold, item.unit_scale)}</Table.Td>
              <Table.Td className={number}>
                {row.available <= 0
                  ? t('outlook.none')
                  : row.lasts_days === null
                    ? t('outlook.noPace')
                    : row.lasts_days > 3650
                      ? t('outlook.years')
                      : t('outlook.days', { count: row.lasts_days, until: until(row.lasts_days) })}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Earned item={item} />
    </Section>
  )
}

function Earned({ item }: { item: Item }) {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('ledger.read')
  const { data } = useGet<ItemSalesList>(may ? '/v1/reports/items' : null, { item_id: item.id })
  const [row] = data?.data ?? []
  if (row === undefined) return null
  const money = (value: number | null) => format.money(value, data?.currency)
  return (
    <div style={{ padding: '12px 14px' }}>
      <div className={kit.muted} style={{ marginBottom: 6 }}>
        {t('outlook.earned', { from: format.date(data?.from ?? ''), to: format.date(data?.to ?? '') })}
      </div>
      <Facts
        facts={[
          [t('report.metric.revenue'), money(row.revenue)],
          [t('outlook.cost'), money(row.cost)],
          [t('report.metric.margin'), money(row.margin)],
          [t('report.stockValue'), money(row.stock_value)],
        ]}
      />
    </div>
  )
}
