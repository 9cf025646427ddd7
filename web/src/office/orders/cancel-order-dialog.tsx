import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Order, OrderLine } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'

interface CancelForm {
  code: string
  reason: string
  quantities: Record<string, number>
}

const REASONS = [
  'changed_mind',
  'out_of_stock',
  'price_error',
  'fraud',
  'duplicate',
  'address',
  'unpaid',
  'late',
  'substituted',
  'other',
] as const

/** What of a line can still be canceled: everything that has not gone out. */
function cancelable(line: OrderLine): number {
  return line.pending + line.reserved + line.backordered
}

/** Cancels an order or a part of it: first what changes, before → after, then one confirm. */
export function CancelOrderDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const lines = (order.lines ?? []).filter((line) => !line.parent_line_id && cancelable(line) > 0)
  const form = useForm<CancelForm>({
    initialValues: { code: 'changed_mind', reason: '', quantities: Object.fromEntries(lines.map((line) => [line.id, cancelable(line)])) },
    validate: { reason: (reason, values) => (values.code === 'other' && reason.trim() === '' ? t('form.reasonNeeded') : null) },
  })
  const whole = lines.every((line) => form.values.quantities[line.id] === cancelable(line))
  const cancel = useCommand<CancelForm>({
    path: `/v1/orders/${order.id}/cancellation`,
    body: ({ code, reason, quantities }) => ({
      reason_code: code,
      reason: reason.trim() === '' ? t(`cancelReason.${code}`) : reason,
      ...(whole
        ? {}
        : { lines: lines.map((line) => ({ line_id: line.id, quantity: quantities[line.id] ?? 0 })).filter((line) => line.quantity > 0) }),
    }),
    stale: ['/v1/orders', '/v1/overview', '/v1/shipments', '/v1/stock', '/v1/pick-lists'],
    done: () => t('orders.canceled'),
    after: onClose,
    quiet: true,
  })
  const units = lines.reduce((sum, line) => sum + (form.values.quantities[line.id] ?? 0), 0)
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('orders.cancelTitle', { number: order.number })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={form.onSubmit((values) => cancel.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={cancel.error} />
          <CancelPreview
            lines={lines}
            quantities={form.values.quantities}
            set={(id, quantity) => form.setFieldValue(`quantities.${id}`, quantity)}
          />
          {lines.some((line) => line.picked > 0) ? <Alert color="yellow">{t('orders.cancelPicked')}</Alert> : null}
          <Select
            label={t('form.reason')}
            allowDeselect={false}
            data={REASONS.map((code) => ({ value: code, label: t(`cancelReason.${code}`) }))}
            {...form.getInputProps('code')}
          />
          <TextInput label={t('cancelReason.words')} withAsterisk={form.values.code === 'other'} {...form.getInputProps('reason')} />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              {t('orders.keep')}
            </Button>
            <Button type="submit" color="red" disabled={units === 0} loading={cancel.isPending}>
              {t('orders.cancelUnits', { count: units })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function CancelPreview({
  lines,
  quantities,
  set,
}: {
  lines: OrderLine[]
  quantities: Record<string, number>
  set: (id: string, quantity: number) => void
}) {
  const { t } = useTranslation()
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('orders.item')}</Table.Th>
          <Table.Th>{t('orders.toCancel')}</Table.Th>
          <Table.Th ta="right">{t('orders.openAfter')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={line.id}>
            <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
            <Table.Td w={110}>
              <NumberInput
                aria-label={t('orders.toCancelOf', { sku: line.sku })}
                min={0}
                max={cancelable(line)}
                value={quantities[line.id] ?? 0}
                onChange={(value) => set(line.id, Number(value) || 0)}
              />
            </Table.Td>
            <Table.Td ta="right">{`${cancelable(line)} → ${cancelable(line) - (quantities[line.id] ?? 0)}`}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
