import { Stack, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Shipment } from '../../api/shapes.ts'
import { AddressText } from '../../kit/address-text.tsx'
import { minorOf, useFormat } from '../../kit/format.ts'
import { Facts, Section } from '../../kit/page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'

/** Lines of a shipment and how far each is. */
export function ShipmentLines({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  return (
    <Section title={t('orders.lines')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('orders.item')}</Table.Th>
            {(['quantity', 'picked', 'shipped', 'returned'] as const).map((name) => (
              <Table.Th key={name} className={classes.number ?? ''}>
                {t(`shipments.column.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(shipment.lines ?? []).map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                <TextLink to={paths.stockItem(line.item_id)}>{line.sku}</TextLink>
                <div className={classes.muted}>{line.name}</div>
              </Table.Td>
              {[line.quantity, line.picked_quantity, line.shipped_quantity, line.returned_quantity].map((quantity, index) => (
                <Table.Td key={index} className={classes.number ?? ''}>
                  {quantity}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

/** Parcels of a shipment with what stands on their labels. */
export function ShipmentParcels({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const format = useFormat()
  const parcels = shipment.parcels ?? []
  if (parcels.length === 0) return null
  return (
    <Section title={t('shipments.parcels')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('shipments.sscc')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('shipments.weight')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('shipments.size')}</Table.Th>
            <Table.Th>{t('shipments.tracking')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parcels.map((parcel) => (
            <Table.Tr key={parcel.id}>
              <Table.Td>{parcel.sscc}</Table.Td>
              <Table.Td className={classes.number ?? ''}>
                {parcel.weight_g ? t('word.grams', { value: format.number(parcel.weight_g) }) : '–'}
              </Table.Td>
              <Table.Td className={classes.number ?? ''}>
                {parcel.length_mm
                  ? t('word.millimeters', { value: [parcel.length_mm, parcel.width_mm, parcel.height_mm].join(' × ') })
                  : '–'}
              </Table.Td>
              <Table.Td>{parcel.tracking_number ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

const STEPS = ['created_at', 'released_at', 'picked_at', 'packed_at', 'shipped_at', 'delivered_at'] as const

/** Orders, address, carrier and dates of a shipment. */
export function ShipmentFacts({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('shipments.about')}>
      <Stack gap="md">
        <Facts
          facts={[
            [
              t('nav.orders'),
              (shipment.orders ?? []).map((order) => (
                <span key={order.id}>
                  <TextLink to={paths.order(order.id)}>{`#${order.number}`}</TextLink>{' '}
                </span>
              )),
            ],
            [t('word.warehouse'), shipment.warehouse_code],
            [t('shipments.carrier'), [shipment.carrier, shipment.service].filter(Boolean).join(' · ')],
            [
              t('shipments.toCollect'),
              minorOf(shipment.amount_to_collect) === 0 ? null : format.money(shipment.amount_to_collect, shipment.currency),
            ],
            [t('shipments.promised'), shipment.promised_at ? format.date(shipment.promised_at) : null],
            ...STEPS.map((step): [string, string | null] => [
              t(`shipments.at.${step}`),
              shipment[step] ? format.dateTime(shipment[step]) : null,
            ]),
            [
              t('pickLists.title'),
              shipment.pick_list_id ? (
                <TextLink key="p" to={paths.pickList(shipment.pick_list_id)}>
                  {t('board.openPickList')}
                </TextLink>
              ) : null,
            ],
          ]}
        />
        {shipment.ship_to ? <AddressText title={t('orders.shipTo')} address={shipment.ship_to} /> : null}
      </Stack>
    </Section>
  )
}
