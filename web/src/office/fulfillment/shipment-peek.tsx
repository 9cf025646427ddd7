import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Shipment } from '../../api/shapes.ts'
import { AddressText } from '../../kit/address-text.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'

/** A shipment at a glance, beside the list. */
export function ShipmentPeek({ id }: { id: string }) {
  const { t } = useTranslation()
  const { data: shipment, isError, error } = useGet<Shipment>(`/v1/shipments/${id}`)
  if (isError) return <ErrorState error={error} />
  if (shipment === undefined) return <PageSkeleton />
  return (
    <>
      <StatusDot status={shipment.status} />
      <div style={{ height: 12 }} />
      {shipment.ship_to ? <AddressText title={t('orders.shipTo')} address={shipment.ship_to} /> : null}
      <Table mt="md">
        <Table.Tbody>
          {(shipment.lines ?? []).map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
              <Table.Td ta="right">{line.quantity}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
