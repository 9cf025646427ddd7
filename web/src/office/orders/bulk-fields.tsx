import { NumberInput, Select, Stack, TagsInput, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ActionFieldsProps, ServerAction } from '../../kit/list/list-types.ts'

const HOLDS = ['manual', 'fraud', 'address', 'payment'] as const
const REASONS = ['changed_mind', 'out_of_stock', 'price_error', 'fraud', 'duplicate', 'address', 'unpaid', 'late', 'other'] as const

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

function HoldFields({ options, onChange }: ActionFieldsProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      <Select
        label={t('orders.holdType')}
        data={HOLDS.map((value) => ({ value, label: t(`hold.${value}`) }))}
        value={textOf(options['type'])}
        allowDeselect={false}
        onChange={(type) => onChange({ ...options, type })}
      />
      <Textarea
        label={t('orders.note')}
        autosize
        minRows={2}
        value={textOf(options['note'])}
        onChange={(event) => onChange(withText(options, 'note', event.currentTarget.value))}
      />
    </Stack>
  )
}

function withText(options: Record<string, unknown>, key: string, value: string): Record<string, unknown> {
  const { [key]: _gone, ...rest } = options
  return value === '' ? rest : { ...rest, [key]: value }
}

function TagFields({ options, onChange }: ActionFieldsProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      <TagsInput
        label={t('lists.addTags')}
        maxTags={10}
        data-autofocus
        value={(options['add'] as string[] | undefined) ?? []}
        onChange={(add) => onChange({ ...options, add })}
      />
      <TagsInput
        label={t('lists.removeTags')}
        maxTags={10}
        value={(options['remove'] as string[] | undefined) ?? []}
        onChange={(remove) => onChange({ ...options, remove })}
      />
    </Stack>
  )
}

function CancelFields({ options, onChange }: ActionFieldsProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      <Select
        label={t('lists.reasonCode')}
        data={REASONS.map((value) => ({ value, label: t(`cancelReason.${value}`) }))}
        value={textOf(options['reason_code'])}
        allowDeselect={false}
        onChange={(code) => onChange({ ...options, reason_code: code })}
      />
      <Textarea
        label={t('cancelReason.words')}
        required
        autosize
        minRows={2}
        value={textOf(options['reason'])}
        onChange={(event) => onChange(withText(options, 'reason', event.currentTarget.value))}
      />
    </Stack>
  )
}

function PriorityFields({ options, onChange }: ActionFieldsProps) {
  const { t } = useTranslation()
  return (
    <NumberInput
      label={t('bulk.prioritize.field')}
      min={0}
      max={1000}
      allowDecimal={false}
      data-autofocus
      value={Number(options['priority'])}
      onChange={(value) => onChange({ ...options, priority: Math.min(1000, Math.max(0, Number(value) || 0)) })}
    />
  )
}

const listed = (value: unknown) => Array.isArray(value) && value.length > 0

/** What can be done with many orders; the first three stand as buttons. */
export const ORDER_ACTIONS: readonly ServerAction[] = [
  { id: 'release', permission: 'warehouse.release' },
  { id: 'hold', permission: 'orders.hold', initial: { type: 'manual' }, fields: HoldFields },
  {
    id: 'tag',
    permission: 'orders.change',
    initial: {},
    fields: TagFields,
    ready: (options) => listed(options['add']) || listed(options['remove']),
  },
  { id: 'release_holds', permission: 'orders.hold' },
  { id: 'prioritize', permission: 'orders.change', initial: { priority: 50 }, fields: PriorityFields },
  {
    id: 'cancel',
    permission: 'orders.cancel',
    destructive: true,
    initial: { reason_code: 'changed_mind' },
    fields: CancelFields,
    ready: (options) => textOf(options['reason']) !== '',
  },
]
