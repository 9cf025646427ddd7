import { Button, Group, NumberInput, SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Channel, Page as Rows, SourcingPolicy } from '../../api/shapes.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { useDraft } from '../../kit/use-draft.ts'
import { paths } from '../../paths.ts'
import { type PolicyDraft, SourcingTrial } from './sourcing-trial.tsx'
import classes from '../../kit/kit.module.css'

const STANDARD: SourcingPolicy = { prefer: 'nearest', keep_together: true, allow_split: true, max_shipments: 3, on_shortage: 'backorder' }
const OTHERS = 'others'

/** Rules by which a warehouse is chosen for an order: one for all, and of a channel's own; a draft is tried on past orders first. */
export function SourcingSettings() {
  const { data, isError, error } = useGet<Rows<SourcingPolicy>>('/v1/sourcing-policies')
  const channels = useGet<Rows<Channel>>('/v1/channels').data?.data ?? []
  const [channelId, setChannelId] = useState<string | null>(null)
  if (isError) return <ErrorState error={error} />
  if (data === undefined) return <PageSkeleton />
  const general = data.data.find((one) => !one.channel_id) ?? STANDARD
  const own = data.data.find((one) => one.channel_id === channelId)
  return (
    <>
      <ChannelChoice channels={channels} policies={data.data} value={channelId} onChange={setChannelId} />
      <PolicyEditor
        key={channelId}
        channelId={channelId}
        policy={(channelId === null ? general : own) ?? general}
        isNew={channelId !== null && own === undefined}
      />
    </>
  )
}

interface ChannelChoiceProps {
  channels: readonly Channel[]
  policies: readonly SourcingPolicy[]
  value: string | null
  onChange: (channelId: string | null) => void
}

function ChannelChoice({ channels, policies, value, onChange }: ChannelChoiceProps) {
  const { t } = useTranslation()
  const isOwn = (id: string) => policies.some((one) => one.channel_id === id)
  if (channels.length === 0) return null
  return (
    <Select
      label={t('sourcingTrial.rulesOf')}
      maw={360}
      mb="md"
      allowDeselect={false}
      value={value ?? OTHERS}
      data={[
        { value: OTHERS, label: t('sourcingTrial.allOthers') },
        ...channels.map((one) => ({ value: one.id, label: isOwn(one.id) ? t('sourcingTrial.hasOwn', { name: one.name }) : one.name })),
      ]}
      onChange={(next) => onChange(next === OTHERS ? null : next)}
    />
  )
}

function PolicyEditor({ channelId, policy, isNew }: { channelId: string | null; policy: SourcingPolicy; isNew: boolean }) {
  const { t } = useTranslation()
  const may = useMay('orders.manage_channels')
  const seesAudit = useMay('audit.read')
  const form = useForm<PolicyDraft>({
    initialValues: {
      prefer: policy.prefer,
      keep_together: policy.keep_together,
      allow_split: policy.allow_split,
      max_shipments: policy.max_shipments,
      on_shortage: policy.on_shortage,
    },
  })
  const forget = useDraft(form, `sourcing:${channelId ?? OTHERS}`)
  const save = useCommand<PolicyDraft, SourcingPolicy>({
    path: '/v1/sourcing-policies',
    method: 'PUT',
    body: (values) => ({ ...values, ...(channelId === null ? {} : { channel_id: channelId }) }),
    stale: ['/v1/sourcing-policies'],
    done: (saved) => t('sourcingTrial.savedAs', { version: saved.version }),
    after: () => {
      form.resetDirty()
      forget()
    },
    quiet: true,
  })
  const version = isNew ? 0 : (policy.version ?? 0)
  const dirty = form.isDirty() || isNew
  return (
    <Stack gap="md">
      <Section
        title={t('settings.sourcing')}
        actions={
          seesAudit && policy.id !== undefined && !isNew ? (
            <TextLink to={`${paths.audit()}?document_id=${policy.id}`}>{t('sourcingTrial.history')}</TextLink>
          ) : undefined
        }
      >
        <form onSubmit={form.onSubmit((values) => save.mutate(values))} className={classes.formWide}>
          <ProblemAlert error={save.error} />
          <Text size="sm" c="dimmed">
            {isNew ? t('sourcingTrial.none') : t('sourcingTrial.version', { version })}
            {form.isDirty() ? ` · ${t('sourcingTrial.draft')}` : ''}
          </Text>
          <PolicyFields form={form} may={may} />
          <Group>
            <Button type="submit" disabled={!may || !dirty} loading={save.isPending}>
              {t('sourcingTrial.saveAs', { version: version + 1 })}
            </Button>
            {form.isDirty() ? (
              <Button variant="default" onClick={() => form.reset()}>
                {t('sourcingTrial.discard')}
              </Button>
            ) : null}
          </Group>
        </form>
      </Section>
      <SourcingTrial draft={form.values} channelId={channelId} />
    </Stack>
  )
}

function PolicyFields({ form, may }: { form: ReturnType<typeof useForm<PolicyDraft>>; may: boolean }) {
  const { t } = useTranslation()
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
    <>
      {choice('prefer', ['nearest', 'priority'])}
      <Switch disabled={!may} label={t('policy.keepTogether')} {...form.getInputProps('keep_together', { type: 'checkbox' })} />
      <Switch disabled={!may} label={t('policy.allowSplit')} {...form.getInputProps('allow_split', { type: 'checkbox' })} />
      <NumberInput
        disabled={!may}
        label={t('policy.maxShipments')}
        min={1}
        max={10}
        allowDecimal={false}
        maw={200}
        {...form.getInputProps('max_shipments')}
      />
      {choice('on_shortage', ['backorder', 'refuse'])}
    </>
  )
}
