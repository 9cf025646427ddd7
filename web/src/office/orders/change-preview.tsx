import { Stack, Table } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChangePreview } from '../../api/change-shapes.ts'
import { minorOf, useFormat } from '../../kit/format.ts'
import classes from '../../kit/kit.module.css'

/** What a change would do, before → after: lines, money, shipments, stock. */
export function ChangePreviewTable({ preview }: { preview: ChangePreview }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { before, after } = preview.totals
  const totals = (['lines', 'discounts', 'charges', 'tax', 'total', 'canceled', 'due'] as const).filter(
    (name) => name === 'due' || minorOf(before[name]) !== minorOf(after[name]),
  )
  return (
    <Stack gap="md">
      {preview.lines.length === 0 ? null : (
        <Diff title={t('orders.lines')}>
          {preview.lines.map((line) => (
            <DiffRow
              key={line.line_id ?? line.sku}
              name={`${line.sku} · ${line.name}`}
              from={line.before === null ? '–' : `${format.number(line.before.wanted)} · ${format.money(line.before.amount)}`}
              to={line.after === null ? '–' : `${format.number(line.after.wanted)} · ${format.money(line.after.amount)}`}
              note={(line.after?.backordered ?? 0) > 0 ? t('change.backordered', { count: line.after?.backordered ?? 0 }) : null}
            />
          ))}
        </Diff>
      )}
      <Diff title={t('money.title')}>
        {totals.map((name) => (
          <DiffRow key={name} name={t(`change.total.${name}`)} from={format.money(before[name])} to={format.money(after[name])} />
        ))}
      </Diff>
      {minorOf(preview.money.to_pay) > 0 ? <p>{t('change.toPay', { amount: format.money(preview.money.to_pay) })}</p> : null}
      {minorOf(preview.money.to_refund) > 0 ? <p>{t('change.toRefund', { amount: format.money(preview.money.to_refund) })}</p> : null}
      {preview.shipments.length === 0 ? null : (
        <Diff title={t('shipments.title')}>
          {preview.shipments.map((shipment, index) => (
            <DiffRow
              key={`${shipment.number ?? 'new'}${index}`}
              name={
                shipment.number === null
                  ? t('change.newShipment', { warehouse: shipment.warehouse_code })
                  : `S-${shipment.number} · ${shipment.warehouse_code}`
              }
              from={shipment.lines.map((line) => `${line.sku} ${line.before}`).join(', ') || '–'}
              to={shipment.lines.map((line) => `${line.sku} ${line.after}`).join(', ') || '–'}
              note={shipment.ship_to_changes ? t('change.newAddress') : null}
            />
          ))}
        </Diff>
      )}
      {preview.stock.length === 0 ? null : (
        <Diff title={t('change.available')}>
          {preview.stock.map((row) => (
            <DiffRow
              key={`${row.sku}${row.warehouse_code}`}
              name={`${row.sku} · ${row.warehouse_code}`}
              from={format.number(row.available_before)}
              to={format.number(row.available_after)}
            />
          ))}
        </Diff>
      )}
    </Stack>
  )
}

function Diff({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Table aria-label={title}>
      <Table.Caption style={{ captionSide: 'top', textAlign: 'left', fontWeight: 600, color: 'var(--t-text)' }}>{title}</Table.Caption>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  )
}

function DiffRow({ name, from, to, note }: { name: string; from: string; to: string; note?: string | null }) {
  return (
    <Table.Tr>
      <Table.Td>
        {name}
        {note ? <div className={classes.muted}>{note}</div> : null}
      </Table.Td>
      <Table.Td ta="right">{from === to ? to : `${from} → ${to}`}</Table.Td>
    </Table.Tr>
  )
}
