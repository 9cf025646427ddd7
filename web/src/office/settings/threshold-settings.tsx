import { Button, Select, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Page as Rows, StockRow, Warehouse } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import kit from '../../kit/kit.module.css'

interface Values {
  warehouse_id: string
  sku: string
  threshold: string
}

/** Below which available quantity an item counts as low in a warehouse. */
export function ThresholdSettings() {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('inventory.adjust')
  const { data, isError, error } = useGet<Rows<StockRow>>('/v1/stock', { limit: 200 })
  const rows = (data?.data ?? []).filter((row) => (row.threshold ?? 0) > 0)
  const number = kit.number ?? ''
  return (
    <div className={kit.formWide}>
      {may ? <SetThreshold /> : null}
      <Section title={t('settings.thresholds')} flush>
        {isError ? <ErrorState error={error} /> : null}
        {data !== undefined && rows.length === 0 ? <EmptyState title={t('thresholds.none')} detail={t('thresholds.noneDetail')} /> : null}
        {rows.length === 0 ? null : (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('word.item')}</Table.Th>
                <Table.Th>{t('word.warehouse')}</Table.Th>
                <Table.Th className={number}>{t('stock.available')}</Table.Th>
                <Table.Th className={number}>{t('stock.threshold')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={`${row.item_id}${row.warehouse_id}`}>
                  <Table.Td>
                    <TextLink to={paths.stockItem(row.item_id)}>{row.sku}</TextLink>
                    <span className={kit.muted}>{` · ${row.name}`}</span>
                  </Table.Td>
                  <Table.Td>{row.warehouse_code}</Table.Td>
                  <Table.Td className={number}>
                    {row.available < (row.threshold ?? 0) ? <StatusDot status="low" /> : null} {format.number(row.available)}
                  </Table.Td>
                  <Table.Td className={number}>{format.number(row.threshold ?? 0)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Section>
    </div>
  )
}

function SetThreshold() {
  const { t } = useTranslation()
  const { data: warehouses } = useGet<Rows<Warehouse>>('/v1/warehouses', { limit: 200 })
  const needed = (text: string) => (text.trim() === '' ? t('form.needed') : null)
  const form = useForm<Values>({
    initialValues: { warehouse_id: '', sku: '', threshold: '' },
    validate: { warehouse_id: needed, sku: needed, threshold: (text) => (/^\d{1,12}$/.test(text.trim()) ? null : t('thresholds.form')) },
  })
  const set = useCommand<Values>({
    path: '/v1/stock/thresholds',
    method: 'PUT',
    body: ({ warehouse_id, sku, threshold }) => ({ warehouse_id, sku: sku.trim(), threshold: Number(threshold) }),
    stale: ['/v1/stock', '/v1/overview', '/v1/attention'],
    done: () => t('settings.saved'),
    after: () => form.setFieldValue('sku', ''),
    quiet: true,
  })
  const submit = (values: Values) =>
    set.mutate(values, { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) })
  return (
    <Section title={t('thresholds.set')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={kit.formWide}>
        <ProblemAlert error={set.error} />
        <div className={kit.fields}>
          <Select
            label={t('word.warehouse')}
            data={(warehouses?.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
            {...form.getInputProps('warehouse_id')}
          />
          <ItemPicker
            label={t('word.sku')}
            value={form.values.sku}
            error={form.errors['sku'] as string | undefined}
            onChange={(sku) => form.setFieldValue('sku', sku)}
          />
          <TextInput
            label={t('stock.threshold')}
            description={t('thresholds.zero')}
            inputMode="numeric"
            {...form.getInputProps('threshold')}
          />
        </div>
        <div>
          <Button type="submit" loading={set.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
