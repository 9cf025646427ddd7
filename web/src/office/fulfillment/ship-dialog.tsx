import { Button, Group, Modal, NumberInput, Stack, Table, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { Shipment } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { WAREHOUSE_STALE } from './use-release.ts'

interface ShipForm {
  tracking_number: string
  quantities: Record<string, number>
}

/** Ships a packed shipment, whole or in part; the rest of a part moves to a new shipment. */
export function ShipDialog({ shipment, onClose }: { shipment: Shipment; onClose: () => void }) {
  const { t } = useTranslation()
  const lines = shipment.lines ?? []
  const form = useForm<ShipForm>({
    initialValues: {
      tracking_number: shipment.parcels?.[0]?.tracking_number ?? '',
      quantities: Object.fromEntries(lines.map((line) => [line.id, line.quantity])),
    },
  })
  const whole = lines.every((line) => form.values.quantities[line.id] === line.quantity)
  const units = lines.reduce((sum, line) => sum + (form.values.quantities[line.id] ?? 0), 0)
  const ship = useCommand<ShipForm>({
    path: `/v1/shipments/${shipment.id}/shipping`,
    body: ({ tracking_number, quantities }) => ({
      ...(tracking_number === '' ? {} : { tracking_number }),
      ...(whole
        ? {}
        : {
            lines: lines
              .map((line) => ({ shipment_line_id: line.id, quantity: quantities[line.id] ?? 0 }))
              .filter((line) => line.quantity > 0),
          }),
    }),
    stale: [...WAREHOUSE_STALE, '/v1/journal-entries', '/v1/trial-balance'],
    done: () => t('shipments.shipped'),
    after: onClose,
    quiet: true,
  })
  const submit = (values: ShipForm) =>
    ship.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path === 'tracking_number').errors) })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('shipments.shipTitle', { number: shipment.number })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <ProblemAlert error={ship.error} />
          <Table>
            <Table.Tbody>
              {lines.map((line) => (
                <Table.Tr key={line.id}>
                  <Table.Td>{`${line.sku} · ${line.name}`}</Table.Td>
                  <Table.Td w={110}>
                    <NumberInput
                      aria-label={t('shipments.shipOf', { sku: line.sku })}
                      min={0}
                      max={line.quantity}
                      value={form.values.quantities[line.id] ?? 0}
                      onChange={(value) => form.setFieldValue(`quantities.${line.id}`, Number(value) || 0)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {whole ? null : <Text size="sm">{t('shipments.restMoves')}</Text>}
          <TextInput label={t('shipments.tracking')} {...form.getInputProps('tracking_number')} />
          <Group justify="end">
            <Button type="submit" disabled={units === 0} loading={ship.isPending}>
              {t('shipments.shipUnits', { count: units })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
