import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useSession } from '../../api/queries.ts'
import type { Page, Warehouse } from '../../api/shapes.ts'
import { currencyScale, parseDecimal } from '../../kit/format.ts'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { LocationSelect } from './location-select.tsx'

interface AdjustForm {
  warehouse_id: string
  kind: string
  sku: string
  location_code: string
  quantity: string
  unit_cost: string
  note: string
}

const KINDS = ['loss', 'found', 'scrap', 'damage'] as const
const POINTERS = {
  'lines.0.sku': 'sku',
  'lines.0.location_code': 'location_code',
  'lines.0.location_id': 'location_code',
  'lines.0.quantity': 'quantity',
  'lines.0.unit_cost': 'unit_cost',
}

/** Corrects stock by a reason: lost, found, scrapped or damaged; each posts to its own account. */
export function AdjustDialog({ sku = '', onClose }: { sku?: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { organization } = useSession()
  const scale = currencyScale(organization.base_currency)
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data ?? []
  const form = useAdjustForm(sku, scale)
  const adjust = useCommand<AdjustForm>({
    path: '/v1/adjustments',
    body: (values) => adjustmentBody(values, scale, organization.base_currency),
    stale: ['/v1/stock', '/v1/movements', '/v1/cost-layers', '/v1/overview', '/v1/journal-entries', '/v1/trial-balance', '/v1/orders'],
    done: () => t('stock.adjusted'),
    after: onClose,
    quiet: true,
  })
  const submit = (values: AdjustForm) =>
    adjust.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values, POINTERS).errors) })
  return (
    <Modal opened onClose={onClose} title={t('stock.adjust')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          <ProblemAlert error={adjust.error} />
          <Select
            label={t('stock.adjustKind')}
            data={KINDS.map((kind) => ({ value: kind, label: t(`adjustment.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
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
          <LocationSelect
            label={t('stock.location')}
            warehouseId={form.values.warehouse_id}
            value={form.values.location_code}
            error={form.errors['location_code'] as string | undefined}
            onChange={(code) => form.setFieldValue('location_code', code)}
          />
          <TextInput label={t('word.quantity')} inputMode="numeric" {...form.getInputProps('quantity')} />
          {form.values.kind === 'found' ? (
            <TextInput
              label={t('stock.unitCost')}
              description={t('stock.unitCostHint')}
              inputMode="decimal"
              rightSection={organization.base_currency}
              rightSectionWidth={48}
              {...form.getInputProps('unit_cost')}
            />
          ) : null}
          <TextInput label={t('orders.note')} {...form.getInputProps('note')} />
          <Group justify="end">
            <Button type="submit" loading={adjust.isPending}>
              {t('stock.adjust')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function useAdjustForm(sku: string, scale: number) {
  const { t } = useTranslation()
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  return useForm<AdjustForm>({
    initialValues: { warehouse_id: '', kind: 'loss', sku, location_code: '', quantity: '1', unit_cost: '', note: '' },
    validate: {
      warehouse_id: needed,
      sku: needed,
      location_code: needed,
      quantity: (text) => (/^[1-9]\d{0,8}$/.test(text) ? null : t('form.quantityNeeded')),
      unit_cost: (text) => (text === '' || (parseDecimal(text, scale) ?? -1) >= 0 ? null : t('form.amountNeeded')),
    },
  })
}

function adjustmentBody(
  { warehouse_id, kind, note, unit_cost, ...line }: AdjustForm,
  scale: number,
  currency: string,
): Record<string, unknown> {
  const cost = kind === 'found' && unit_cost !== '' ? { unit_cost: { amount: parseDecimal(unit_cost, scale), scale, currency } } : {}
  return {
    warehouse_id,
    kind,
    ...(note === '' ? {} : { note }),
    lines: [{ sku: line.sku.trim(), location_code: line.location_code, quantity: Number(line.quantity), ...cost }],
  }
}
