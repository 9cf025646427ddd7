import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Order, OrderPayment } from '../../api/shapes.ts'
import { currencyScale, minorOf, parseDecimal } from '../../kit/format.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'

const STALE = ['/v1/orders', '/v1/vouchers', '/v1/receivables', '/v1/deposits', '/v1/journal-entries', '/v1/trial-balance']

/** What a person does with the money of an order besides recording a payment: pay by voucher, give up a rest. */
export function MoneyActions({ order, standing }: { order: Order; standing: number }) {
  const { t } = useTranslation()
  const mayPay = useMay('orders.pay')
  const mayWriteOff = useMay('billing.write_off')
  const [dialog, setDialog] = useState<'voucher' | 'write_off' | null>(null)
  const close = () => setDialog(null)
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" disabled={!mayPay || standing <= 0} onClick={() => setDialog('voucher')}>
        {t('vouchers.pay')}
      </Button>
      <Button size="xs" variant="default" disabled={!mayWriteOff || standing === 0} onClick={() => setDialog('write_off')}>
        {t('orderMoney.writeOff')}
      </Button>
      {dialog === 'voucher' ? <VoucherDialog order={order} onClose={close} /> : null}
      {dialog === 'write_off' ? <WriteOffDialog order={order} standing={standing} onClose={close} /> : null}
    </Group>
  )
}

/** Captures or voids what is open of an authorization. */
export function AuthorizationActions({ order, payment }: { order: Order; payment: OrderPayment }) {
  const { t } = useTranslation()
  const may = useMay('orders.pay')
  const open = minorOf(payment.open)
  const act = useCommand<'captured' | 'voided'>({
    path: `/v1/orders/${order.id}/payments`,
    body: (kind) => ({
      kind,
      amount: open,
      method: payment.method ?? '',
      authorization_id: payment.id,
    }),
    stale: STALE,
    done: (_, kind) => t(kind === 'captured' ? 'orders.paymentRecorded' : 'orderMoney.voided'),
  })
  if (open <= 0 || !may) return null
  return (
    <Group gap={6} justify="end" mt={4}>
      <Button size="compact-xs" variant="default" loading={act.isPending} onClick={() => act.mutate('captured')}>
        {t('orderMoney.capture')}
      </Button>
      <Button size="compact-xs" variant="default" loading={act.isPending} onClick={() => act.mutate('voided')}>
        {t('orderMoney.void')}
      </Button>
    </Group>
  )
}

function VoucherDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const scale = currencyScale(order.currency)
  const form = useForm({
    initialValues: { code: '', amount: '' },
    validate: { code: (text) => (text.trim() === '' ? t('vouchers.codeNeeded') : null) },
  })
  const pay = useCommand<{ code: string; amount: string }>({
    path: `/v1/orders/${order.id}/voucher-payments`,
    body: ({ code, amount }) => ({ code, ...(amount === '' ? {} : { amount: parseDecimal(amount, scale) }) }),
    stale: STALE,
    done: () => t('vouchers.paid'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} title={t('vouchers.pay')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form
        onSubmit={form.onSubmit((values) =>
          pay.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) }),
        )}
      >
        <Stack gap="sm">
          <ProblemAlert error={pay.error} />
          <TextInput label={t('vouchers.code')} autoComplete="off" data-autofocus {...form.getInputProps('code')} />
          <TextInput
            label={t('orders.amount')}
            description={t('vouchers.amountHint')}
            rightSection={order.currency}
            rightSectionWidth={48}
            inputMode="decimal"
            {...form.getInputProps('amount')}
          />
          <Group justify="end">
            <Button type="submit" loading={pay.isPending}>
              {t('vouchers.pay')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function WriteOffDialog({ order, standing, onClose }: { order: Order; standing: number; onClose: () => void }) {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { kind: standing > 0 ? 'bad_debt' : 'rounding', reason: '' },
    validate: { reason: (text) => (text.trim() === '' ? t('vouchers.reasonNeeded') : null) },
  })
  const writeOff = useCommand<{ kind: string; reason: string }>({
    path: `/v1/orders/${order.id}/write-off`,
    stale: STALE,
    done: () => t('orderMoney.writtenOff'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} title={t('orderMoney.writeOff')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit((values) => writeOff.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={writeOff.error} />
          <Select
            label={t('orderMoney.writeOffKind')}
            data={(standing > 0 ? ['bad_debt', 'rounding'] : ['rounding']).map((kind) => ({ value: kind, label: t(`orderMoney.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
          <TextInput label={t('orderMoney.reason')} {...form.getInputProps('reason')} />
          <Group justify="end">
            <Button type="submit" loading={writeOff.isPending}>
              {t('orderMoney.writeOff')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
