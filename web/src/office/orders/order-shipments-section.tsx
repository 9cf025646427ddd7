import { Button, Table } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'
import { ElsewhereDialog, openOf } from './elsewhere-dialog.tsx'

const NEXT_STEP: Readonly<Record<string, 'action.release' | 'action.pick' | 'action.pack' | 'action.ship'>> = {
  planned: 'action.release',
  released: 'action.pick',
  picked: 'action.pack',
  packed: 'action.ship',
}

/** The warehouses' work for an order: each shipment with its step and what comes next. */
export function OrderShipmentsSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const shipments = order.shipments ?? []
  const may = useMay('orders.change')
  const [isBooking, setBooking] = useState(false)
  const isOpen = (order.lines ?? []).some((line) => !line.parent_line_id && openOf(line) > 0)
  const actions = (
    <Button variant="default" size="compact-xs" disabled={!may} onClick={() => setBooking(true)}>
      {t('elsewhere.action')}
    </Button>
  )
  return (
    <Section title={t('shipments.title')} flush {...(isOpen ? { actions } : {})}>
      {isBooking ? <ElsewhereDialog order={order} onClose={() => setBooking(false)} /> : null}
      {shipments.length === 0 ? (
        <p className={classes.muted} style={{ padding: '0 14px', fontSize: 13 }}>
          {t('orders.noShipments')}
        </p>
      ) : (
        <Table>
          <Table.Tbody>
            {shipments.map((shipment) => {
              const next = NEXT_STEP[shipment.status]
              return (
                <Table.Tr key={shipment.id}>
                  <Table.Td>
                    <TextLink to={paths.shipment(shipment.id)}>{t('shipments.one', { number: shipment.number })}</TextLink>
                  </Table.Td>
                  <Table.Td>{shipment.warehouse_code}</Table.Td>
                  <Table.Td>
                    <StatusDot status={shipment.status} />
                  </Table.Td>
                  <Table.Td ta="right">
                    {next === undefined ? null : (
                      <Button
                        component={Link}
                        to={shipment.status === 'picked' ? paths.packing(shipment.id) : paths.shipment(shipment.id)}
                        variant="default"
                        size="compact-xs"
                      >
                        {t(next)}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}
