import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Order } from '../../api/shapes.ts'
import { currencyScale, decimalText, parseDecimal } from '../../kit/format.ts'
import { formErrors } from '../../kit/problem-form.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { stillDue } from './still-due.ts'

interface PaymentForm {
  kind: string
  amount: string
  method: string
  reference: string
}

/** Records a payment fact of an order: authorized, captured, refunded or collected by the courier. */
export function PaymentDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const scale = currencyScale(order.currency)
  const due = Math.max(0, stillDue(order))
  const form = useForm<PaymentForm>({
    initialValues: { kind: 'captured', amount: decimalText(due, scale), method: '', reference: '' },
    validate: { amount: (text) => ((parseDecimal(text, scale) ?? 0) > 0 ? null : t('form.amountNeeded')) },
  })
  const pay = useCommand<PaymentForm>({
    path: `/v1/orders/${order.id}/payments`,
    body: ({ kind, amount, method, reference }) => ({
      kind,
      amount: parseDecimal(amount, scale),
      ...(method === '' ? {} : { method }),
      ...(reference === '' ? {} : { reference }),
    }),
    stale: ['/v1/orders', '/v1/journal-entries', '/v1/trial-balance'],
    done: () => t('orders.paymentRecorded'),
    after: onClose,
    quiet: true,
  })
  const submit = (values: PaymentForm) =>
    pay.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Modal opened onClose={onClose} title={t('orders.recordPayment')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <ProblemAlert error={pay.error} />
          <Select
            label={t('orders.paymentKind')}
            data={['captured', 'authorized', 'refunded', 'collected'].map((kind) => ({ value: kind, label: t(`payment.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
          <TextInput
            label={t('orders.amount')}
            rightSection={order.currency}
            rightSectionWidth={48}
            inputMode="decimal"
            {...form.getInputProps('amount')}
          />
          <TextInput label={t('orders.paymentMethod')} {...form.getInputProps('method')} />
          <TextInput label={t('orders.paymentReference')} {...form.getInputProps('reference')} />
          <Group justify="end">
            <Button type="submit" loading={pay.isPending}>
              {t('orders.recordPayment')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
