import { Button, NumberInput, Select, Switch, Table, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import type { ReturnRules } from '../../api/return-shapes.ts'
import { useGet, useMay } from '../../api/queries.ts'
import type { Page, Warehouse } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import classes from '../../kit/kit.module.css'

const RULES = '/v1/return-rules'
/** Millionths of one percent: the API holds fees in millionths of the money. */
const PPM_PER_PERCENT = 10_000

type Reason = ReturnRules['reasons'][number]

/** When returns are approved by themselves, where they go, and for which reasons people may ask for them. */
export function ReturnSettings() {
  const rules = useGet<ReturnRules>(RULES).data
  const warehouses = useGet<Page<Warehouse>>('/v1/warehouses').data?.data
  if (rules === undefined || warehouses === undefined) return <PageSkeleton />
  return (
    <div className={classes.formWide}>
      <PolicyForm rules={rules} warehouses={warehouses} />
      <Reasons reasons={rules.reasons} />
    </div>
  )
}

function PolicyForm({ rules, warehouses }: { rules: ReturnRules; warehouses: readonly Warehouse[] }) {
  const { t } = useTranslation()
  const may = useMay('orders.manage_channels')
  const form = useForm({
    initialValues: {
      window_days: rules.window_days,
      auto_approve: rules.auto_approve,
      warehouse_code: warehouses.find((one) => one.id === rules.warehouse_id)?.code ?? '',
    },
  })
  const save = useCommand<typeof form.values>({
    path: RULES,
    method: 'PUT',
    body: ({ warehouse_code, ...rest }) => ({ ...rest, ...(warehouse_code === '' ? {} : { warehouse_code }) }),
    stale: [RULES],
    done: () => t('settings.saved'),
    quiet: true,
  })
  return (
    <Section title={t('returnRules.policy')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} className={classes.formWide}>
        <ProblemAlert error={save.error} />
        <Switch
          disabled={!may}
          label={t('returnRules.autoApprove')}
          description={t('returnRules.autoApproveHint')}
          {...form.getInputProps('auto_approve', { type: 'checkbox' })}
        />
        <div className={classes.fields}>
          <NumberInput disabled={!may} label={t('returnRules.windowDays')} min={0} max={3650} {...form.getInputProps('window_days')} />
          <Select
            disabled={!may}
            label={t('returnRules.warehouse')}
            data={[
              { value: '', label: t('returnRules.sameWarehouse') },
              ...warehouses.map((one) => ({ value: one.code, label: `${one.code} · ${one.name}` })),
            ]}
            {...form.getInputProps('warehouse_code')}
          />
        </div>
        <div>
          <Button type="submit" disabled={!may} loading={save.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const { t } = useTranslation()
  return (
    <Section title={t('returnRules.reasons')} flush>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('settings.name')}</Table.Th>
            <Table.Th>{t('settings.code')}</Table.Th>
            <Table.Th w={150}>{t('returnRules.fee')}</Table.Th>
            <Table.Th w={110}>{t('returnRules.offered')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reasons.map((reason) => (
            <ReasonRow key={`${reason.code} ${reason.restocking_fee_ppm}`} reason={reason} />
          ))}
        </Table.Tbody>
      </Table>
      <NewReason />
    </Section>
  )
}

function useSaveReason(after?: () => void) {
  const { t } = useTranslation()
  return useCommand<Reason>({
    path: '/v1/return-reasons',
    stale: [RULES],
    done: () => t('settings.saved'),
    quiet: after !== undefined,
    ...(after === undefined ? {} : { after }),
  })
}

function ReasonRow({ reason }: { reason: Reason }) {
  const { t } = useTranslation()
  const may = useMay('orders.manage_channels')
  const save = useSaveReason()
  const name = t(`returnReason.${reason.code}`, { defaultValue: reason.name })
  const change = (changed: Partial<Reason>) => save.mutate({ ...reason, ...changed })
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{reason.code}</Table.Td>
      <Table.Td>
        <NumberInput
          disabled={!may || save.isPending}
          aria-label={t('returnRules.feeOf', { name })}
          min={0}
          max={100}
          decimalScale={2}
          suffix=" %"
          defaultValue={reason.restocking_fee_ppm / PPM_PER_PERCENT}
          onBlur={(event) => {
            const ppm = Math.round((Number.parseFloat(event.currentTarget.value) || 0) * PPM_PER_PERCENT)
            if (ppm !== reason.restocking_fee_ppm) change({ restocking_fee_ppm: ppm })
          }}
        />
      </Table.Td>
      <Table.Td>
        <Switch
          disabled={!may || save.isPending}
          aria-label={t('returnRules.offeredOf', { name })}
          checked={reason.is_active}
          onChange={(event) => change({ is_active: event.currentTarget.checked })}
        />
      </Table.Td>
    </Table.Tr>
  )
}

function NewReason() {
  const { t } = useTranslation()
  const may = useMay('orders.manage_channels')
  const form = useForm({
    initialValues: { code: '', name: '' },
    validate: {
      code: (code) => (/^[a-z][a-z0-9_]{0,39}$/.test(code) ? null : t('returnRules.codeForm')),
      name: (name) => (name.trim() === '' ? t('form.needed') : null),
    },
  })
  const save = useSaveReason(form.reset)
  const add = (values: typeof form.values) =>
    save.mutate(
      { ...values, restocking_fee_ppm: 0, is_active: true },
      { onError: (problem) => form.setErrors(formErrors(problem, (path) => path in values).errors) },
    )
  return (
    <form onSubmit={form.onSubmit(add)} style={{ padding: '12px 14px' }} className={classes.formWide}>
      <ProblemAlert error={save.error} />
      <div className={classes.fields}>
        <TextInput disabled={!may} label={t('returnRules.newName')} {...form.getInputProps('name')} />
        <TextInput disabled={!may} label={t('settings.code')} {...form.getInputProps('code')} />
      </div>
      <div>
        <Button type="submit" variant="default" disabled={!may} loading={save.isPending}>
          {t('returnRules.add')}
        </Button>
      </div>
    </form>
  )
}
