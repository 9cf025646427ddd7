import { Stack, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Order, OrderPayment } from '../../api/shapes.ts'
import { minorOf, useFormat } from '../../kit/format.ts'
import { Facts, Section } from '../../kit/page.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { AuthorizationActions, MoneyActions } from './money-actions.tsx'
import { givenUp, stillDue } from './still-due.ts'

/** What the customer owes and paid, what the goods cost, and the payments behind it. */
export function MoneySection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const format = useFormat()
  const money = (amount: Parameters<typeof format.money>[0]) =>
    amount === undefined || amount === null ? null : format.money(amount, order.currency)
  const due = stillDue(order)
  const writtenOff = givenUp(order)
  return (
    <Section
      title={t('money.title')}
      actions={
        <TextLink to={paths.entries()} search={{ document_id: order.id }}>
          {t('money.entries')}
        </TextLink>
      }
    >
      <Stack gap="md">
        <Facts
          numbers
          facts={[
            [t('orders.terms'), t(`terms.${order.payment_terms}`)],
            [t('orders.total'), money(order.totals.total)],
            [t('orderMoney.credited'), minorOf(order.totals.credited) === 0 ? null : money(order.totals.credited)],
            [t('orders.authorized'), minorOf(order.paid?.authorized) === 0 ? null : money(order.paid?.authorized)],
            [t('orders.captured'), money(order.paid?.captured)],
            [t('orders.refunded'), minorOf(order.paid?.refunded) === 0 ? null : money(order.paid?.refunded)],
            [t('orderMoney.writtenOff'), writtenOff === 0 ? null : money(writtenOff)],
            [t('orders.due'), money(due)],
            [t('orders.cost'), money(order.cost)],
            [t('orders.margin'), money(order.margin)],
          ]}
        />
        <Payments order={order} />
        <MoneyActions order={order} standing={due} />
      </Stack>
    </Section>
  )
}

function Payments({ order }: { order: Order }) {
  const { t } = useTranslation()
  const format = useFormat()
  const payments = order.payments ?? []
  const openWords = (payment: OrderPayment): string | null => {
    const open = minorOf(payment.open)
    if (payment.kind !== 'authorized' || open === 0) return null
    if (open < 0) return t('orderMoney.over', { amount: format.money(-open, order.currency) })
    const until = payment.expires_at ? ` ${t('orderMoney.until', { day: format.date(payment.expires_at) })}` : ''
    return t('orderMoney.open', { amount: format.money(open, order.currency) }) + until
  }
  if (payments.length === 0) return null
  return (
    <Table aria-label={t('orders.payments')}>
      <Table.Tbody>
        {payments.map((payment) => (
          <Table.Tr key={payment.id}>
            <Table.Td>
              {t(`payment.${payment.kind}`)}
              <div style={{ color: 'var(--t-muted)' }}>
                {[format.date(payment.happened_at), payment.method, payment.reference, openWords(payment)].filter(Boolean).join(' · ')}
              </div>
            </Table.Td>
            <Table.Td ta="right">
              {format.money(payment.amount, order.currency)}
              {payment.kind === 'authorized' ? <AuthorizationActions order={order} payment={payment} /> : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
