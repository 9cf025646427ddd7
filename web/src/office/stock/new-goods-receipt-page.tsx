import { ActionIcon, Autocomplete, Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState, type CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldProblem } from '../../api/client.ts'
import { useGet, useSession } from '../../api/queries.ts'
import type { Page as Rows, Party, Warehouse } from '../../api/shapes.ts'
import { InstantField } from '../../kit/date-fields.tsx'
import { ItemPicker } from '../../kit/item-picker.tsx'
import { Page, Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { emptyReceiptLine, receiptBody, useReceiptForm, type ReceiptForm } from './receipt-form.ts'
import classes from '../../kit/kit.module.css'

const TRACKS = { '--tracks': 'minmax(0, 1fr) 90px 110px 30px' } as CSSProperties

/** Goods that arrived: from whom, where to, what and at what cost; received at once. */
export function NewGoodsReceiptPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { organization } = useSession()
  const [rest, setRest] = useState<readonly FieldProblem[]>([])
  const form = useReceiptForm(organization.base_currency)
  const receive = useCommand<ReceiptForm, { id: string; number: number }>({
    path: '/v1/goods-receipts',
    body: receiptBody,
    stale: [
      '/v1/stock',
      '/v1/goods-receipts',
      '/v1/movements',
      '/v1/cost-layers',
      '/v1/overview',
      '/v1/orders',
      '/v1/shipments',
      '/v1/journal-entries',
    ],
    done: (receipt, values) => t(values.expected_at === '' ? 'receipts.received' : 'promising.expectedDone', { number: receipt.number }),
    after: (receipt) => void navigate({ to: paths.receipt(receipt.id) }),
    quiet: true,
  })
  const submit = (values: ReceiptForm) =>
    receive.mutate(values, {
      onError: (problem) => {
        const { errors, rest: others } = formErrors(
          problem,
          (path) => path in values || /^lines\.\d+\.(sku|quantity|unit_cost)$/.test(path),
        )
        form.setErrors(errors)
        setRest(others)
      },
    })
  return (
    <Page title={t('receipts.new')}>
      <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
        <ProblemAlert error={receive.error} rest={rest} />
        <ReceiptHead form={form} />
        <ReceiptLines form={form} />
        <div>
          <Button type="submit" size="sm" loading={receive.isPending}>
            {t(form.values.expected_at === '' ? 'receipts.receive' : 'promising.expect')}
          </Button>
        </div>
      </form>
    </Page>
  )
}

function ReceiptHead({ form }: { form: UseFormReturnType<ReceiptForm> }) {
  const { t } = useTranslation()
  const warehouses = useGet<Rows<Warehouse>>('/v1/warehouses').data?.data ?? []
  const [wanted] = useDebouncedValue(form.values.supplier_name.trim(), 180)
  const suppliers = useGet<Rows<Party>>('/v1/parties', { kind: 'supplier', q: wanted, limit: 10 }).data?.data ?? []
  return (
    <Section title={t('receipts.from')}>
      <div className={classes.fields}>
        <div style={{ gridColumn: '1 / -1', maxWidth: 320 }}>
          <SegmentedControl
            fullWidth
            aria-label={t('receipts.kind')}
            data={['supplier', 'opening'].map((kind) => ({ value: kind, label: t(`receiptKind.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
        </div>
        {form.values.kind === 'supplier' ? (
          <Autocomplete
            label={t('receipts.supplier')}
            withAsterisk
            data={[...new Set(suppliers.map((one) => one.name))]}
            filter={({ options }) => options}
            {...form.getInputProps('supplier_name')}
          />
        ) : null}
        <TextInput label={t('receipts.reference')} {...form.getInputProps('reference')} />
        <Select
          label={t('word.warehouse')}
          withAsterisk
          data={warehouses.map((one) => ({ value: one.id, label: one.name }))}
          {...form.getInputProps('warehouse_id')}
        />
        <TextInput label={t('word.currency')} maxLength={3} {...form.getInputProps('currency')} />
      </div>
      <div className={classes.fields} style={{ marginTop: 12 }}>
        <InstantField
          clearable
          size="xs"
          placeholder={t('promising.isHere')}
          label={t('promising.expectedAt')}
          value={form.values.expected_at === '' ? null : form.values.expected_at}
          onChange={(value) => form.setFieldValue('expected_at', value ?? '')}
        />
      </div>
    </Section>
  )
}

function ReceiptLines({ form }: { form: UseFormReturnType<ReceiptForm> }) {
  const { t } = useTranslation()
  return (
    <Section title={t('orders.lines')}>
      {form.values.lines.map((line, index) => (
        <div
          key={line.key}
          className={classes.lineFields}
          style={TRACKS}
          role="group"
          aria-label={t('orders.lineNo', { number: index + 1 })}
        >
          <ItemPicker
            label={t('orders.item')}
            value={line.sku}
            error={form.errors[`lines.${index}.sku`] as string | undefined}
            onChange={(sku) => form.setFieldValue(`lines.${index}.sku`, sku)}
          />
          <TextInput label={t('word.quantity')} inputMode="numeric" {...form.getInputProps(`lines.${index}.quantity`)} />
          <TextInput label={t('stock.unitCost')} inputMode="decimal" {...form.getInputProps(`lines.${index}.unit_cost`)} />
          <ActionIcon
            mt={24}
            variant="subtle"
            color="gray"
            aria-label={t('orders.removeLine', { number: index + 1 })}
            disabled={form.values.lines.length === 1}
            onClick={() => form.removeListItem('lines', index)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        mt="sm"
        variant="default"
        leftSection={<IconPlus size={15} />}
        onClick={() => form.insertListItem('lines', emptyReceiptLine())}
      >
        {t('orders.addLine')}
      </Button>
    </Section>
  )
}
