import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { ItemSalesList } from '../../api/report-shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { useSalesView } from './sales-section.tsx'
import kit from '../../kit/kit.module.css'
import classes from './home.module.css'

/** The items that sold most in the window of the chart, or those that stand still. */
export function ItemSalesSection({ order }: { order: 'top' | 'slow' }) {
  const { t } = useTranslation()
  const format = useFormat()
  const seesMoney = useMay('ledger.read')
  const view = useSalesView()
  const { data } = useGet<ItemSalesList>('/v1/reports/items', { ...view.query, order, limit: 5 })
  const number = kit.number ?? ''
  return (
    <Section title={t(`report.${order}Items`)} flush>
      <Table className={classes.items ?? ''}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('word.item')}</Table.Th>
            <Table.Th className={number}>{t('report.metric.units')}</Table.Th>
            {seesMoney ? (
              <Table.Th className={number}>{t(order === 'top' ? 'report.metric.revenue' : 'report.stockValue')}</Table.Th>
            ) : null}
            {seesMoney && order === 'top' ? <Table.Th className={number}>{t('report.metric.margin')}</Table.Th> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(data?.data ?? []).map((row) => (
            <Table.Tr key={row.item_id}>
              <Table.Td title={row.name}>
                <TextLink to={paths.stockItem(row.item_id)}>{row.sku}</TextLink>
                <span className={kit.muted}>{` · ${row.name}`}</span>
              </Table.Td>
              <Table.Td className={number}>{format.quantity(row.units, row.unit_scale)}</Table.Td>
              {seesMoney ? (
                <Table.Td className={number}>{format.money(order === 'top' ? row.revenue : row.stock_value, data?.currency)}</Table.Td>
              ) : null}
              {seesMoney && order === 'top' ? <Table.Td className={number}>{format.money(row.margin, data?.currency)}</Table.Td> : null}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
