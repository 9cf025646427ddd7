import { Button, Group, Modal, NumberInput, Stack, Table, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Order, OrderLine } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'

interface ElsewhereForm {
  quantities: Record<string, number>
  carrier: string
  tracking: string
}

/** What of a line is still open: only that can have been sent by the channel. */
export function openOf(line: OrderLine): number {
  return line.pending + line.reserved + line.backordered
}

/** Books goods that the channel sent itself: by line, with its tracking number. */
export function ElsewhereDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const { t } = useTranslation()
  const lines = (order.lines ?? []).filter((line) => !line.parent_line_id && openOf(line) > 0)
  const form = useForm<ElsewhereForm>({
    initialValues: { quantities: Object.fromEntries(lines.map((line) => [line.id, openOf(line)])), carrier: '', tracking: '' },
  })
  const { quantities } = form.values
  const units = lines.reduce((sum, line) => sum + (quantities[line.id] ?? 0), 0)
  const book = useCommand<ElsewhereForm>({
    path: `/v1/orders/${order.id}/elsewhere`,
    body: ({ carrier, tracking }) => ({
      lines: lines.map((line) => ({ line_id: line.id, quantity: quantities[line.id] ?? 0 })).filter((line) => line.quantity > 0),
      ...(tracking.trim() === ''
        ? {}
        : { parcels: [{ tracking_number: tracking.trim(), ...(carrier.trim() === '' ? {} : { carrier: carrier.trim() }) }] }),
    }),
    stale: ['/v1/orders', '/v1/overview', '/v1/shipments', '/v1/stock'],
    done: () => t('elsewhere.done'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} size="lg" title={t('elsewhere.title')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit((values) => book.mutate(values))}>
        <Stack gap="sm">
          <ProblemAlert error={book.error} />
          <Text size="sm">{t('elsewhere.preview')}</Text>
          <Table>
            <Table.Tbody>
              {lines.map((line) => (
                <Table.Tr key={line.id}>
                  <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
                  <Table.Td w={120}>
                    <NumberInput
                      aria-label={t('elsewhere.quantityOf', { sku: line.sku })}
                      min={0}
                      max={openOf(line)}
                      allowDecimal={false}
                      value={quantities[line.id] ?? 0}
                      onChange={(value) => form.setFieldValue(`quantities.${line.id}`, Number(value) || 0)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Group grow>
            <TextInput label={t('elsewhere.carrier')} {...form.getInputProps('carrier')} />
            <TextInput label={t('elsewhere.tracking')} {...form.getInputProps('tracking')} />
          </Group>
          <Group justify="end">
            <Button type="submit" disabled={units === 0} loading={book.isPending}>
              {t('elsewhere.book')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
