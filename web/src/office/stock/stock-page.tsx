import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, StockRow, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ListPage } from '../../kit/list/list-page.tsx'
import type { ListColumn } from '../../kit/list/list-types.ts'
import { PermittedButton } from '../../kit/permitted-button.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { AdjustDialog } from './adjust-dialog.tsx'
import { LevelsTable } from './levels-table.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { StockTabs } from './stock-tabs.tsx'

/** Stock by item and warehouse. */
export function StockPage() {
  const { t } = useTranslation()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const [dialog, setDialog] = useState<'adjust' | 'move' | null>(null)
  return (
    <>
      <ListPage<StockRow>
        list="stock"
        title={t('stock.title')}
        path="/v1/stock"
        rowId={(row) => `${row.item_id}:${row.warehouse_id}`}
        rowLabel={(row) => `${row.sku} · ${row.warehouse_code}`}
        rowHref={(row) => paths.stockItem(row.item_id)}
        peek={(row) => <LevelsTable itemId={row.item_id} warehouseId={row.warehouse_id} scale={row.unit_scale} />}
        views={[
          { id: 'all', label: t('list.all'), filters: {} },
          { id: 'low', label: t('stock.low'), filters: { low: 'true' } },
        ]}
        filters={[
          { key: 'warehouse_id', label: t('word.warehouse'), options: warehouses.map((one) => ({ value: one.id, label: one.name })) },
        ]}
        searchLabel={t('stock.search')}
        columns={useStockColumns()}
        above={<StockTabs />}
        actions={<StockActions open={setDialog} />}
        empty={{
          title: t('stock.none'),
          detail: t('stock.noneDetail'),
          action: (
            <Button component={Link} to={paths.newReceipt()} variant="default">
              {t('receipts.new')}
            </Button>
          ),
        }}
      />
      {dialog === 'adjust' ? <AdjustDialog onClose={() => setDialog(null)} /> : null}
      {dialog === 'move' ? <MoveDialog onClose={() => setDialog(null)} /> : null}
    </>
  )
}

function StockActions({ open }: { open: (dialog: 'adjust' | 'move') => void }) {
  const { t } = useTranslation()
  return (
    <>
      <PermittedButton permission="inventory.move" variant="default" onClick={() => open('move')}>
        {t('stock.move')}
      </PermittedButton>
      <PermittedButton permission="inventory.adjust" variant="default" onClick={() => open('adjust')}>
        {t('stock.adjust')}
      </PermittedButton>
      <PermittedButton permission="warehouse.receive" to={paths.newReceipt()}>
        {t('receipts.new')}
      </PermittedButton>
    </>
  )
}

function useStockColumns(): ListColumn<StockRow>[] {
  const { t } = useTranslation()
  const format = useFormat()
  const numbers = ['on_hand', 'reserved', 'held', 'available', 'incoming', 'backordered'] as const
  return [
    {
      id: 'sku',
      header: t('word.sku'),
      width: 'minmax(80px, 1fr)',
      phone: true,
      cell: (row) => <TextLink to={paths.stockItem(row.item_id)}>{row.sku}</TextLink>,
    },
    { id: 'name', header: t('items.name'), width: 'minmax(160px, 6fr)', phone: true, cell: (row) => row.name },
    { id: 'warehouse', header: t('word.warehouse'), width: '84px', cell: (row) => row.warehouse_code },
    ...numbers.map((name): ListColumn<StockRow> => ({
      id: name,
      header: t(`stock.${name}`),
      width: '84px',
      end: true,
      phone: name === 'available',
      cell: (row) => (
        <Quantity value={row[name] ?? 0} strong={name === 'available'} text={format.quantity(row[name] ?? 0, row.unit_scale)} />
      ),
    })),
    { id: 'low', header: t('stock.threshold'), width: '92px', end: true, cell: (row) => <Threshold row={row} /> },
  ]
}

function Quantity({ value, strong, text }: { value: number; strong: boolean; text: string }) {
  return <span style={{ fontWeight: strong ? 600 : 400, color: value === 0 ? 'var(--t-muted)' : undefined }}>{text}</span>
}

function Threshold({ row }: { row: StockRow }) {
  const format = useFormat()
  if (row.threshold === null || row.threshold === undefined) return <span style={{ color: 'var(--t-muted)' }}>–</span>
  return row.available <= row.threshold ? <StatusDot status="low" /> : <>{format.quantity(row.threshold, row.unit_scale)}</>
}
