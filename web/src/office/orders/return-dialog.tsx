import { Button, Group, Modal, NumberInput, Select, Stack, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Money, Order, Page, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { StepNotes } from '../../kit/notes.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'

interface ReturnForm {
  warehouse_id: string
  reason: string
  quantities: Record<string, number>
}

/** Goods that came back: which, how many, where to, and why; the answer says what is to be refunded. */
export function ReturnDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const lines = (order.lines ?? []).filter((line) => line.shipped - line.returned - line.refused - line.lost > 0)
  const form = useForm<ReturnForm>({
    initialValues: { warehouse_id: order.shipments?.[0]?.warehouse_id ?? '', reason: '', quantities: {} },
    validate: {
      reason: (reason) => (reason.trim() === '' ? t('form.reasonNeeded') : null),
      warehouse_id: (id) => (id === '' ? t('form.needed') : null),
    },
  })
  const receive = useCommand<ReturnForm, { number: number; refund_total?: Money }>({
    path: '/v1/return-receipts',
    body: ({ warehouse_id, reason, quantities }) => ({
      warehouse_id,
      order_id: order.id,
      reason,
      lines: Object.entries(quantities)
        .filter(([, quantity]) => quantity > 0)
        .map(([id, quantity]) => ({ order_line_id: id, quantity })),
    }),
    stale: ['/v1/orders', '/v1/stock', '/v1/shipments', '/v1/journal-entries', '/v1/trial-balance'],
    done: (receipt) => t('orders.returnReceived', { amount: format.money(receipt.refund_total, order.currency) }),
    after: onClose,
    quiet: true,
  })
  const units = Object.values(form.values.quantities).reduce((sum, quantity) => sum + quantity, 0)
  return (
    <Modal opened onClose={onClose} size="lg" title={t('orders.receiveReturn')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit((values) => receive.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={receive.error} />
          <StepNotes step="return" documents={[order.id, order.customer?.party_id, ...lines.map((line) => line.item_id)]} />
          <Table>
            <Table.Tbody>
              {lines.map((line) => (
                <Table.Tr key={line.id}>
                  <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
                  <Table.Td ta="right">{t('orders.shippedCount', { count: line.shipped - line.returned })}</Table.Td>
                  <Table.Td w={110}>
                    <NumberInput
                      aria-label={t('orders.returnedOf', { sku: line.sku })}
                      min={0}
                      max={line.shipped - line.returned}
                      {...form.getInputProps(`quantities.${line.id}`)}
                      value={form.values.quantities[line.id] ?? 0}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Select
            label={t('word.warehouse')}
            data={warehouses.map((one) => ({ value: one.id, label: `${one.code} · ${one.name}` }))}
            {...form.getInputProps('warehouse_id')}
          />
          <TextInput label={t('form.reason')} withAsterisk {...form.getInputProps('reason')} />
          <Group justify="end">
            <Button type="submit" disabled={units === 0} loading={receive.isPending}>
              {t('orders.receiveUnits', { count: units })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
