import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page, Warehouse } from '../../api/shapes.ts'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { LocationSelect } from './location-select.tsx'

interface CountForm {
  warehouse_id: string
  location: string
  sku: string
  counted: string
  reason: string
}

const POINTERS = { 'lines.0.sku': 'sku', 'lines.0.location_code': 'location', 'lines.0.counted': 'counted' }
const REASONS = ['count', 'recount', 'misplaced', 'miscounted', 'damaged', 'stolen', 'other'] as const

/** Counts one item in one location; many at once go through the API. */
export function CountDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const form = useForm<CountForm>({
    initialValues: { warehouse_id: '', location: '', sku: '', counted: '', reason: 'count' },
    validate: {
      warehouse_id: needed,
      location: needed,
      sku: needed,
      counted: (text) => (/^\d{1,9}$/.test(text) ? null : t('form.quantityNeeded')),
    },
  })
  const count = useCommand<CountForm, { id: string }>({
    path: '/v1/stock-counts',
    body: ({ warehouse_id, location, sku, counted, reason }) => ({
      warehouse_id,
      lines: [{ sku: sku.trim(), location_code: location, counted: Number(counted), reason }],
    }),
    stale: ['/v1/stock-counts', '/v1/stock', '/v1/items', '/v1/movements', '/v1/orders', '/v1/shipments', '/v1/overview'],
    done: () => t('promising.counted'),
    after: (written) => void navigate({ to: paths.count(written.id) }),
    quiet: true,
  })
  const submit = (values: CountForm) =>
    count.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values, POINTERS).errors) })
  return (
    <Modal opened onClose={onClose} title={t('promising.newCount')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <ProblemAlert error={count.error} />
          <Select
            label={t('word.warehouse')}
            data={warehouses.map((one) => ({ value: one.id, label: one.name }))}
            {...form.getInputProps('warehouse_id')}
          />
          <LocationSelect
            label={t('promising.location')}
            warehouseId={form.values.warehouse_id}
            value={form.values.location}
            error={form.errors['location'] as string | undefined}
            onChange={(code) => form.setFieldValue('location', code)}
          />
          <ItemPicker
            label={t('orders.item')}
            value={form.values.sku}
            error={form.errors['sku'] as string | undefined}
            onChange={(value) => form.setFieldValue('sku', value)}
          />
          <TextInput label={t('promising.countedQuantity')} inputMode="numeric" {...form.getInputProps('counted')} />
          <Select
            label={t('promising.reason')}
            allowDeselect={false}
            data={REASONS.map((value) => ({ value, label: t(`promising.countReason.${value}`) }))}
            {...form.getInputProps('reason')}
          />
          <Group justify="end">
            <Button type="submit" loading={count.isPending}>
              {t('promising.book')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
