import { Stack, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Facts } from '../../kit/page.tsx'
import { QuantityBar } from '../../kit/quantity-bar.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'

/** An order at a glance, beside the list. */
export function OrderPeek({ id }: { id: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data: order, isError, error } = useGet<Order>(`/v1/orders/${id}`)
  if (isError) return <ErrorState error={error} />
  if (order === undefined) return <PageSkeleton />
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('orders.customer'), order.customer?.name],
          [t('orders.channel'), order.channel.name],
          [t('orders.placed'), format.dateTime(order.placed_at)],
          [t('orders.fulfillment'), <StatusDot key="f" status={order.fulfillment_status} />],
          [t('orders.payment'), <StatusDot key="p" status={order.payment_status} />],
          [t('orders.total'), format.money(order.totals.total, order.currency)],
        ]}
      />
      <Table>
        <Table.Tbody>
          {(order.lines ?? []).map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                <div>{line.sku}</div>
                <div style={{ color: 'var(--t-muted)' }}>{line.name}</div>
              </Table.Td>
              <Table.Td>
                <QuantityBar vector={line} />
              </Table.Td>
              <Table.Td ta="right">{format.money(line.amount, order.currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  )
}
