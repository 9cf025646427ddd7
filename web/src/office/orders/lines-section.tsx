import { Table, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Order, OrderLine } from '../../api/shapes.ts'
import { minorOf, useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { QuantityBar } from '../../kit/quantity-bar.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'

/** What was ordered, how far each line is, and how the total comes about. */
export function LinesSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  return (
    <Section title={t('orders.lines')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('orders.item')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('orders.ordered')}</Table.Th>
            <Table.Th>{t('orders.progress')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('orders.price')}</Table.Th>
            <Table.Th className={classes.number ?? ''}>{t('orders.amount')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(order.lines ?? []).map((line) => (
            <LineRow key={line.id} line={line} currency={order.currency} />
          ))}
        </Table.Tbody>
      </Table>
      <Totals order={order} />
    </Section>
  )
}

function LineRow({ line, currency }: { line: OrderLine; currency: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const discount = minorOf(line.discount)
  return (
    <Table.Tr>
      <Table.Td style={line.parent_line_id ? { paddingLeft: 32 } : {}}>
        <TextLink to={paths.stockItem(line.item_id)}>{line.sku}</TextLink>
        <div className={classes.muted}>{line.name}</div>
        {line.kind === 'stocked' ? null : <div className={classes.muted}>{t(`itemKind.${line.kind}`)}</div>}
      </Table.Td>
      <Table.Td className={classes.number ?? ''}>{format.number(line.ordered)}</Table.Td>
      <Table.Td>
        <QuantityBar vector={line} />
      </Table.Td>
      <Table.Td className={classes.number ?? ''}>
        {line.unit_price ? format.money(priceMinor(line.unit_price), line.unit_price.currency ?? currency) : '–'}
      </Table.Td>
      <Table.Td className={classes.number ?? ''}>
        {format.money(line.amount, currency)}
        {discount === 0 ? null : (
          <Tooltip label={t('orders.lineDiscount')}>
            <div className={classes.muted}>{`− ${format.money(discount, currency)}`}</div>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** A unit price may have more decimals than money; it is shown at the currency's, the line's amount is the fact. */
function priceMinor(price: { amount: number; scale: number }): number {
  return price.scale <= 2 ? price.amount * 10 ** (2 - price.scale) : Math.round(price.amount / 10 ** (price.scale - 2))
}

function Totals({ order }: { order: Order }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = (amount: Parameters<typeof format.money>[0]) => format.money(amount, order.currency)
  const rows: [string, string][] = [
    [t('orders.subtotal'), money(order.totals.lines)],
    ...(order.discounts ?? []).map((one): [string, string] => [one.name || one.code || t('orders.discount'), `− ${money(one.amount)}`]),
    ...(order.charges ?? []).map((one): [string, string] => [
      one.name || t(`charge.${one.kind}`, { defaultValue: one.kind }),
      money(one.amount),
    ]),
    [order.prices_include_tax ? t('orders.taxIncluded') : t('orders.tax'), money(order.totals.tax)],
  ]
  const channelTotal = order.totals.channel_total
  if (channelTotal !== undefined && channelTotal !== null && minorOf(channelTotal) !== minorOf(order.totals.total))
    rows.push([t('orders.channelTotal'), money(channelTotal)])
  const [canceled, credited] = [minorOf(order.totals.canceled), minorOf(order.totals.credited)]
  return (
    <dl className={classes.facts} data-numbers style={{ padding: '10px 14px', marginLeft: 'auto', maxWidth: 340 }}>
      {rows.map(([name, value]) => (
        <TotalRow key={name} name={name} value={value} />
      ))}
      <dt style={{ fontWeight: 600, color: 'var(--t-text)' }}>{t('orders.total')}</dt>
      <dd style={{ fontWeight: 600 }}>{money(order.totals.total)}</dd>
      {canceled === 0 ? null : <TotalRow name={t('change.total.canceled')} value={`− ${money(canceled)}`} />}
      {credited === 0 ? null : <TotalRow name={t('orderMoney.credited')} value={`− ${money(credited)}`} />}
      {canceled === 0 && credited === 0 ? null : <TotalRow name={t('change.total.due')} value={money(order.totals.due)} />}
    </dl>
  )
}

function TotalRow({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
