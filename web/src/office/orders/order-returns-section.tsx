import { Button, Table } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReturnReceipt, ReturnRow } from '../../api/return-shapes.ts'
import { useGet, useMay } from '../../api/queries.ts'
import type { Order, Page } from '../../api/shapes.ts'
import { allowance } from '../../kit/action-button.tsx'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { RefundDialog } from '../returns/refund-dialog.tsx'
import { NewReturnDialog } from './new-return-dialog.tsx'

/** Returns of an order, what arrived of them, and money back. */
export function OrderReturnsSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayReturn = useMay('orders.return')
  const mayRefund = useMay('orders.pay')
  const [dialog, setDialog] = useState<'return' | 'refund' | null>(null)
  const rmas = useGet<Page<ReturnRow>>('/v1/rmas', { order_id: order.id }).data?.data ?? []
  const receipts = useGet<Page<ReturnReceipt>>('/v1/return-receipts', { order_id: order.id }).data?.data ?? []
  const shipped = (order.lines ?? []).some((line) => line.shipped > 0)
  const refundable = allowance(order.allowed_actions, 'refund').allowed
  if (!shipped && rmas.length + receipts.length === 0 && !refundable) return null
  return (
    <Section
      title={t('returns.title')}
      flush
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            disabled={!mayReturn || !allowance(order.allowed_actions, 'return').allowed}
            onClick={() => setDialog('return')}
          >
            {t('returns.new')}
          </Button>
          <Button size="xs" variant="default" disabled={!mayRefund || !refundable} onClick={() => setDialog('refund')}>
            {t('returns.refund')}
          </Button>
        </>
      }
    >
      <Table>
        <Table.Tbody>
          {rmas.map((rma) => (
            <Table.Tr key={rma.id}>
              <Table.Td>
                <TextLink to={paths.returnDocument(rma.id)}>{t('returns.one', { number: rma.number })}</TextLink>
              </Table.Td>
              <Table.Td>
                <StatusDot status={rma.state} />
              </Table.Td>
              <Table.Td ta="right">{t('returns.countOf', { count: rma.received, total: rma.quantity })}</Table.Td>
            </Table.Tr>
          ))}
          {receipts.map((receipt) => (
            <Table.Tr key={receipt.id}>
              <Table.Td>
                <TextLink to={paths.returnReceipt(receipt.id)}>{t('returns.receipt', { number: receipt.number })}</TextLink>
              </Table.Td>
              <Table.Td>{receipt.lines.map((line) => `${line.quantity} × ${line.sku}`).join(', ')}</Table.Td>
              <Table.Td ta="right">{format.date(receipt.happened_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {dialog === 'return' ? <NewReturnDialog order={order} onClose={() => setDialog(null)} /> : null}
      {dialog === 'refund' ? <RefundDialog orderId={order.id} onClose={() => setDialog(null)} /> : null}
    </Section>
  )
}
