import { Button, NumberInput, SegmentedControl, Switch, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Page as Rows, SourcingPolicy } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { useCommand } from '../../kit/use-command.ts'
import classes from '../../kit/kit.module.css'

/** Rules by which a warehouse is chosen for an order; this one holds where a channel has none of its own. */
export function SourcingSettings() {
  const { data, isError, error } = useGet<Rows<SourcingPolicy>>('/v1/sourcing-policies')
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  const policy = data.data.find((one) => !one.channel_id)
  return (
    <PolicyForm
      policy={policy ?? { prefer: 'nearest', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'backorder' }}
    />
  )
}

function PolicyForm({ policy }: { policy: SourcingPolicy }) {
  const { t } = useTranslation()
  const may = useMay('orders.manage_channels')
  const form = useForm<SourcingPolicy>({
    initialValues: {
      prefer: policy.prefer,
      keep_together: policy.keep_together,
      allow_split: policy.allow_split,
      max_shipments: policy.max_shipments,
      on_shortage: policy.on_shortage,
    },
  })
  const save = useCommand<SourcingPolicy>({
    path: '/v1/sourcing-policies',
    method: 'PUT',
    stale: ['/v1/sourcing-policies'],
    done: () => t('settings.saved'),
    quiet: true,
  })
  const choice = (field: 'prefer' | 'on_shortage', values: readonly string[]) => (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {t(`policy.${field}`)}
      </Text>
      <SegmentedControl
        disabled={!may}
        aria-label={t(`policy.${field}`)}
        data={values.map((value) => ({ value, label: t(`policy.${value}`) }))}
        {...form.getInputProps(field)}
      />
    </div>
  )
  return (
    <Section title={t('settings.sourcing')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} className={classes.formWide}>
        <ProblemAlert error={save.error} />
        {choice('prefer', ['nearest', 'priority'])}
        <Switch disabled={!may} label={t('policy.keepTogether')} {...form.getInputProps('keep_together', { type: 'checkbox' })} />
        <Switch disabled={!may} label={t('policy.allowSplit')} {...form.getInputProps('allow_split', { type: 'checkbox' })} />
        <NumberInput disabled={!may} label={t('policy.maxShipments')} min={1} max={10} maw={200} {...form.getInputProps('max_shipments')} />
        {choice('on_shortage', ['backorder', 'refuse'])}
        <div>
          <Button type="submit" disabled={!may} loading={save.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
