import { useTranslation } from 'react-i18next'
import type { Movement } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { DocumentLink } from '../../kit/document-link.tsx'
import { ListPage } from '../../kit/list/list-page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { locationWords } from './location-words.ts'
import { StockTabs } from './stock-tabs.tsx'

/** Every movement of goods, the newest first. */
export function MovementsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <ListPage<Movement>
      list="movements"
      title={t('movements.title')}
      path="/v1/movements"
      rowId={(one) => String(one.seq)}
      rowLabel={(one) => `${one.sku} ${one.quantity}`}
      rowHref={(one) => paths.stockItem(one.item_id)}
      above={<StockTabs />}
      searchLabel={t('lists.searchMovements')}
      filters={[
        { key: 'from', label: t('movements.since') },
        { key: 'to', label: t('movements.until') },
      ]}
      columns={[
        {
          id: 'at',
          header: t('movements.happened'),
          width: 'minmax(130px, 170px)',
          phone: true,
          cell: (one) => format.dateTime(one.happened_at),
        },
        {
          id: 'sku',
          header: t('word.sku'),
          width: 'minmax(80px, 1fr)',
          phone: true,
          cell: (one) => <TextLink to={paths.stockItem(one.item_id)}>{one.sku}</TextLink>,
        },
        {
          id: 'quantity',
          header: t('word.quantity'),
          width: '80px',
          end: true,
          phone: true,
          cell: (one) => format.quantity(one.quantity, one.unit_scale),
        },
        { id: 'from', header: t('movements.from'), width: 'minmax(90px, 1fr)', cell: (one) => locationWords(one.from_location_code, t) },
        { id: 'to', header: t('movements.to'), width: 'minmax(90px, 1fr)', cell: (one) => locationWords(one.to_location_code, t) },
        {
          id: 'reason',
          header: t('movements.reason'),
          width: 'minmax(90px, 1fr)',
          cell: (one) => t(`reason.${one.reason}`, { defaultValue: one.reason.replaceAll('_', ' ') }),
        },
        {
          id: 'document',
          header: t('entries.document'),
          width: 'minmax(90px, 1fr)',
          cell: (one) => <DocumentLink kind={one.source_type} id={one.source_id} />,
        },
      ]}
      empty={{ title: t('movements.none'), detail: t('stock.noneDetail') }}
    />
  )
}
