import { Modal, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { StockExplanation } from '../../api/report-shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import kit from '../../kit/kit.module.css'

interface ExplainDialogProps {
  itemId: string
  warehouseId: string
  scale: number
  onClose: () => void
}

/** What "available" is made of, down to the rows: on hand by location, less reservations and holds. */
export function ExplainDialog({ itemId, warehouseId, scale, onClose }: ExplainDialogProps) {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<StockExplanation>('/v1/stock/explanation', { item_id: itemId, warehouse_id: warehouseId })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('explain.title', { sku: data?.sku ?? '', warehouse: data?.warehouse_code ?? '' })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {isError ? <ErrorState error={error} /> : null}
      {data === undefined && !isError ? <PageSkeleton /> : null}
      {data === undefined ? null : <Rows explanation={data} scale={scale} />}
    </Modal>
  )
}

function Rows({ explanation, scale }: { explanation: StockExplanation; scale: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const quantity = (value: number) => format.quantity(value, scale)
  const { on_hand, reserved, held, available } = explanation
  return (
    <>
      <p>
        {t('explain.sum', {
          onHand: quantity(on_hand),
          reserved: quantity(reserved),
          held: quantity(held),
          available: quantity(available),
        })}
      </p>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('explain.what')}</Table.Th>
            <Table.Th>{t('explain.from')}</Table.Th>
            <Table.Th className={kit.number ?? ''}>{t('word.quantity')}</Table.Th>
            <Table.Th className={kit.number ?? ''}>{t('explain.counts')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {explanation.rows.map((row) => (
            <Table.Tr key={`${row.kind}${row.document_id}${row.line_id ?? ''}`}>
              <Table.Td>{t(`explain.kind.${row.kind}`)}</Table.Td>
              <Table.Td>
                {row.document_type === 'order' ? (
                  <TextLink to={paths.order(row.document_id)}>{t('explain.order')}</TextLink>
                ) : row.kind === 'stock_hold' ? (
                  <TextLink to={paths.stockHolds()}>{row.label}</TextLink>
                ) : (
                  row.label
                )}
              </Table.Td>
              <Table.Td className={kit.number ?? ''}>{quantity(row.quantity)}</Table.Td>
              <Table.Td className={kit.number ?? ''}>{row.counts === 0 ? '–' : quantity(row.counts)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {explanation.rows_left_out > 0 ? <p className={kit.muted}>{t('explain.more', { count: explanation.rows_left_out })}</p> : null}
    </>
  )
}
