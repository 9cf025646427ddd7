import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, Warehouse } from '../../api/shapes.ts'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { LocationSelect } from './location-select.tsx'

interface MoveForm {
  warehouse_id: string
  sku: string
  from: string
  to: string
  quantity: string
}

const POINTERS = {
  'lines.0.sku': 'sku',
  'lines.0.from_location_code': 'from',
  'lines.0.to_location_code': 'to',
  'lines.0.quantity': 'quantity',
}

/** Moves goods from one location to another of the same warehouse. */
export function MoveDialog({ sku = '', onClose }: { sku?: string; onClose: () => void }) {
  const { t } = useTranslation()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const form = useForm<MoveForm>({
    initialValues: { warehouse_id: '', sku, from: '', to: '', quantity: '1' },
    validate: {
      warehouse_id: needed,
      sku: needed,
      from: needed,
      to: needed,
      quantity: (text) => (/^[1-9]\d{0,8}$/.test(text) ? null : t('form.quantityNeeded')),
    },
  })
  const move = useCommand<MoveForm>({
    path: '/v1/stock-moves',
    body: ({ warehouse_id, from, to, quantity, ...line }) => ({
      warehouse_id,
      lines: [{ sku: line.sku.trim(), from_location_code: from, to_location_code: to, quantity: Number(quantity) }],
    }),
    stale: ['/v1/stock', '/v1/movements', '/v1/overview'],
    done: () => t('stock.moved'),
    after: onClose,
    quiet: true,
  })
  const submit = (values: MoveForm) =>
    move.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values, POINTERS).errors) })
  const location = (field: 'from' | 'to') => (
    <LocationSelect
      label={t(`movements.${field}`)}
      warehouseId={form.values.warehouse_id}
      value={form.values[field]}
      error={form.errors[field] as string | undefined}
      onChange={(code) => form.setFieldValue(field, code)}
    />
  )
  return (
    <Modal opened onClose={onClose} title={t('stock.move')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <ProblemAlert error={move.error} />
          <Select
            label={t('word.warehouse')}
            data={warehouses.map((one) => ({ value: one.id, label: one.name }))}
            {...form.getInputProps('warehouse_id')}
          />
          <ItemPicker
            label={t('orders.item')}
            value={form.values.sku}
            error={form.errors['sku'] as string | undefined}
            onChange={(value) => form.setFieldValue('sku', value)}
          />
          {location('from')}
          {location('to')}
          <TextInput label={t('word.quantity')} inputMode="numeric" {...form.getInputProps('quantity')} />
          <Group justify="end">
            <Button type="submit" loading={move.isPending}>
              {t('stock.move')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
