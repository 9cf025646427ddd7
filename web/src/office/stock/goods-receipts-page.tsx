import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import { PermittedButton } from '../../kit/permitted-button.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { StockTabs } from './stock-tabs.tsx'

interface GoodsReceipt {
  id: string
  number: number | string
  kind: string
  status: string
  reference?: string | null
  supplier_name?: string | null
  supplier?: { name: string } | null
  warehouse_code?: string
  created_at: string
  expected_at?: string | null
}

/** Goods receipts, the newest first. */
export function GoodsReceiptsPage() {
  const { t } = useTranslation()
  const format = useFormat()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  return (
    <ListPage<GoodsReceipt>
      title={t('receipts.title')}
      path="/v1/goods-receipts"
      rowId={(one) => one.id}
      rowHref={(one) => paths.receipt(one.id)}
      rowLabel={(one) => t('receipts.one', { number: one.number })}
      above={<StockTabs />}
      searchLabel={t('place.searchReceipts')}
      views={[
        { id: 'all', label: t('list.all'), filters: {} },
        { id: 'open', label: t('status.open'), filters: { status: 'open' } },
        { id: 'received', label: t('status.received'), filters: { status: 'received' } },
      ]}
      filters={[
        { key: 'warehouse_id', label: t('word.warehouse'), options: warehouses.map((one) => ({ value: one.id, label: one.name })) },
      ]}
      columns={[
        {
          id: 'number',
          header: t('receipts.number'),
          width: 'minmax(90px, 120px)',
          phone: true,
          cell: (one) => <TextLink to={paths.receipt(one.id)}>{t('receipts.one', { number: one.number })}</TextLink>,
        },
        { id: 'kind', header: t('receipts.kind'), width: 'minmax(90px, 140px)', cell: (one) => t(`receiptKind.${one.kind}`) },
        {
          id: 'supplier',
          header: t('receipts.supplier'),
          width: 'minmax(110px, 2fr)',
          phone: true,
          cell: (one) => one.supplier?.name ?? one.supplier_name ?? '–',
        },
        { id: 'reference', header: t('receipts.reference'), width: 'minmax(90px, 1fr)', cell: (one) => one.reference || '–' },
        { id: 'warehouse', header: t('word.warehouse'), width: '110px', cell: (one) => one.warehouse_code ?? '–' },
        {
          id: 'status',
          header: t('word.status'),
          width: 'minmax(116px, 140px)',
          phone: true,
          cell: (one) => <StatusDot status={one.status} />,
        },
        {
          id: 'expected',
          header: t('promising.expectedAt'),
          width: '120px',
          end: true,
          cell: (one) => (one.expected_at ? format.date(one.expected_at) : '–'),
        },
        { id: 'created', header: t('word.created'), width: '120px', end: true, cell: (one) => format.ago(one.created_at) },
      ]}
      actions={
        <PermittedButton permission="warehouse.receive" to={paths.newReceipt()}>
          {t('receipts.new')}
        </PermittedButton>
      }
      empty={{ title: t('receipts.none'), detail: t('receipts.noneDetail') }}
    />
  )
}
