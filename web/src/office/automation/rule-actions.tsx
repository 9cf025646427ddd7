import { Button, Checkbox, NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page as Rows } from '../../api/shapes.ts'
import classes from '../../kit/kit.module.css'
import type { RuleAction } from './rule-shapes.ts'

const HOLDS = ['fraud', 'address', 'payment', 'manual'] as const
const AUDIENCES = ['owner', 'operations', 'warehouse', 'support'] as const

/** What each kind of action begins with. */
const FRESH: Readonly<Record<string, RuleAction>> = {
  hold: { kind: 'hold', type: 'manual' },
  release_hold: { kind: 'release_hold', type: 'manual' },
  tag: { kind: 'tag', tags: [] },
  untag: { kind: 'untag', tags: [] },
  route: { kind: 'route', warehouse_id: '' },
  prioritize: { kind: 'prioritize', priority: 10 },
  set_carrier: { kind: 'set_carrier', carrier_id: '', service: '' },
  notify: { kind: 'notify', audience: 'operations', message: '' },
}

interface ActionsProps {
  actions: readonly RuleAction[]
  disabled: boolean
  errors: Readonly<Record<string, unknown>>
  onChange: (actions: RuleAction[]) => void
}

/** Builds the list of what a rule does. */
export function RuleActions({ actions, disabled, errors, onChange }: ActionsProps) {
  const { t } = useTranslation()
  const replace = (index: number, action: RuleAction) => onChange(actions.map((one, place) => (place === index ? action : one)))
  return (
    <div className={classes.formWide}>
      {actions.map((action, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- actions have no identity but their place
        <div key={index} className={classes.fields}>
          <Select
            label={t('rules.actionOf', { number: index + 1 })}
            disabled={disabled}
            allowDeselect={false}
            data={Object.keys(FRESH).map((kind) => ({ value: kind, label: t(`ruleAction.${kind}`) }))}
            value={action.kind}
            onChange={(kind) => replace(index, FRESH[kind ?? 'hold'] ?? action)}
          />
          <ActionFields
            action={action}
            disabled={disabled}
            errors={errors}
            prefix={`actions.${index}.`}
            onChange={(next) => replace(index, next)}
          />
          {disabled || actions.length === 1 ? null : (
            <Button
              mt={22}
              variant="subtle"
              color="gray"
              aria-label={t('rules.removeNumbered', { number: index + 1 })}
              onClick={() => onChange(actions.filter((_, place) => place !== index))}
            >
              {t('rules.remove')}
            </Button>
          )}
        </div>
      ))}
      {disabled || actions.length >= 10 ? null : (
        <div>
          <Button variant="default" size="xs" onClick={() => onChange([...actions, { kind: 'tag', tags: [] }])}>
            {t('rules.addAction')}
          </Button>
        </div>
      )}
    </div>
  )
}

interface FieldsProps {
  action: RuleAction
  disabled: boolean
  errors: Readonly<Record<string, unknown>>
  prefix: string
  onChange: (action: RuleAction) => void
}

function ActionFields(props: FieldsProps) {
  const { kind } = props.action
  if (kind === 'hold' || kind === 'release_hold') return <HoldFields {...props} />
  if (kind === 'route' || kind === 'set_carrier') return <PlaceFields {...props} />
  return <OtherFields {...props} />
}

function HoldFields({ action, disabled, onChange }: FieldsProps) {
  const { t } = useTranslation()
  return (
    <>
      <Select
        label={t('orders.holdType')}
        disabled={disabled}
        allowDeselect={false}
        data={HOLDS.map((type) => ({ value: type, label: t(`hold.${type}`) }))}
        value={action.type ?? 'manual'}
        onChange={(type) => onChange({ ...action, type: type ?? 'manual' })}
      />
      {action.kind === 'hold' ? (
        <>
          <TextInput
            label={t('orders.note')}
            disabled={disabled}
            value={action.note ?? ''}
            onChange={(event) => {
              const { note: _note, ...rest } = action
              onChange(event.currentTarget.value === '' ? rest : { ...rest, note: event.currentTarget.value })
            }}
          />
          <Checkbox
            mt={28}
            label={t('rules.untilPaid')}
            disabled={disabled}
            checked={action.release_when === 'paid'}
            onChange={(event) => {
              const { release_when: _when, ...rest } = action
              onChange(event.currentTarget.checked ? { ...rest, release_when: 'paid' } : rest)
            }}
          />
        </>
      ) : null}
    </>
  )
}

interface Named {
  id: string
  name: string
}

function PlaceFields({ action, disabled, errors, prefix, onChange }: FieldsProps) {
  const { t } = useTranslation()
  const isRoute = action.kind === 'route'
  const { data } = useGet<Rows<Named>>(isRoute ? '/v1/warehouses' : '/v1/carriers')
  const field = isRoute ? 'warehouse_id' : 'carrier_id'
  return (
    <>
      <Select
        label={t(isRoute ? 'rules.warehouse' : 'rules.carrier')}
        disabled={disabled}
        data={(data?.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
        value={action[field] === '' ? null : (action[field] ?? null)}
        error={errors[`${prefix}${field}`] as string | undefined}
        onChange={(id) => onChange({ ...action, [field]: id ?? '' })}
      />
      {isRoute ? null : (
        <TextInput
          label={t('rules.service')}
          disabled={disabled}
          value={action.service ?? ''}
          onChange={(event) => onChange({ ...action, service: event.currentTarget.value })}
        />
      )}
    </>
  )
}

function OtherFields({ action, disabled, errors, prefix, onChange }: FieldsProps) {
  const { t } = useTranslation()
  if (action.kind === 'prioritize')
    return (
      <NumberInput
        label={t('rules.priority')}
        disabled={disabled}
        min={0}
        max={1000}
        allowDecimal={false}
        value={action.priority ?? 100}
        onChange={(priority) => onChange({ ...action, priority: Number(priority) })}
      />
    )
  if (action.kind === 'notify')
    return (
      <>
        <Select
          label={t('rules.audience')}
          disabled={disabled}
          allowDeselect={false}
          data={AUDIENCES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          value={action.audience ?? 'operations'}
          onChange={(audience) => onChange({ ...action, audience: audience ?? 'operations' })}
        />
        <TextInput
          label={t('rules.message')}
          disabled={disabled}
          value={action.message ?? ''}
          error={errors[`${prefix}message`] as string | undefined}
          onChange={(event) => onChange({ ...action, message: event.currentTarget.value })}
        />
      </>
    )
  return (
    <TagsInput
      label={t('rules.tags')}
      disabled={disabled}
      value={action.tags ?? []}
      error={errors[`${prefix}tags`] as string | undefined}
      onChange={(tags) => onChange({ ...action, tags })}
    />
  )
}
