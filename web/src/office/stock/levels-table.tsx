import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, StockLevel, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import classes from '../../kit/kit.module.css'

interface LevelsTableProps {
  itemId: string
  warehouseId?: string
  /** Instant of the past, ISO 8601; now when left out. */
  at?: string | undefined
  /** Decimals of the item's unit. */
  scale?: number | undefined
}

/** Where an item lies: one row per location and lot. */
export function LevelsTable({ itemId, warehouseId, at, scale }: LevelsTableProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const query = { item_id: itemId, warehouse_id: warehouseId, at, limit: 200 }
  const { data, isError, error } = useGet<Page<StockLevel>>(at === undefined ? '/v1/stock/levels' : '/v1/stock/at', query)
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const codeOf = (id: string) => warehouses.find((one) => one.id === id)?.code ?? '–'
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  if (data.data.length === 0) return <EmptyState title={t('stock.noneHere')} />
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          {warehouseId === undefined ? <Table.Th>{t('word.warehouse')}</Table.Th> : null}
          <Table.Th>{t('stock.location')}</Table.Th>
          <Table.Th className={classes.number ?? ''}>{t('stock.on_hand')}</Table.Th>
          {at === undefined ? (
            <Table.Th className={classes.number ?? ''}>{t('stock.allocated')}</Table.Th>
          ) : (
            <Table.Th>{t('stock.recorded')}</Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.data.map((level) => (
          <Table.Tr key={`${level.location_id}${level.lot ?? ''}`}>
            {warehouseId === undefined ? <Table.Td>{codeOf(level.warehouse_id)}</Table.Td> : null}
            <Table.Td>{[level.location_code, level.lot].filter((one) => one && one !== 'none').join(' · ')}</Table.Td>
            <Table.Td className={classes.number ?? ''}>{format.quantity(level.on_hand, scale)}</Table.Td>
            {at === undefined ? (
              <Table.Td className={classes.number ?? ''}>{format.quantity(level.allocated ?? 0, scale)}</Table.Td>
            ) : (
              <Table.Td>{level.recorded_late ? t('stock.recordedLate') : t('stock.recordedOnTime')}</Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
