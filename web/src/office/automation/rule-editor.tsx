import { Button, Code, Group, Select, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type Problem } from '../../api/client.ts'
import { useMay } from '../../api/queries.ts'
import classes from '../../kit/kit.module.css'
import { Columns, Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { formErrors } from '../../kit/problem-form.ts'
import { useCommand } from '../../kit/use-command.ts'
import { RuleActions } from './rule-actions.tsx'
import { RuleLog } from './rule-log.tsx'
import type { ConditionCheck, RuleLanguage, RuleValues, RuleWithVersions } from './rule-shapes.ts'
import { RuleTrial } from './rule-trial.tsx'
import { RuleVersions } from './rule-versions.tsx'

/** Words of the language itself, which are the same in every translation. */
const EXAMPLE = { language: 'CEL', example: 'order.total > minor("500", order.currency)', always: 'true' }

/** Code breaks instead of scrolling: a part that scrolls would have to be reached by keyboard. */
const WRAPPED = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const

interface EditorProps {
  language: RuleLanguage
  values: RuleValues
  rule?: RuleWithVersions
}

/** Writes a rule: what it waits for, its condition checked while it is typed, what it does; tried on the past before it is saved. */
export function RuleEditor({ language, values, rule }: EditorProps) {
  const { t } = useTranslation()
  const may = useMay('automation.manage')
  const form = useForm<RuleValues>({ initialValues: contentOf(values) })
  const { trigger, condition, actions } = form.values
  return (
    <div className={classes.formWide}>
      <Columns
        main={
          <div className={classes.formWide}>
            <Section title={rule === undefined ? t('rules.new') : rule.name}>
              <RuleForm form={form} language={language} may={may} {...(rule ? { rule } : {})}>
                <ConditionField form={form} may={may} />
                <RuleActions
                  actions={actions}
                  disabled={!may}
                  errors={form.errors}
                  onChange={(next) => form.setFieldValue('actions', next)}
                />
              </RuleForm>
            </Section>
            <RuleTrial trigger={trigger} condition={condition} />
          </div>
        }
        side={<FieldReference language={language} trigger={trigger} />}
      />
      {rule === undefined ? null : <RuleVersions versions={rule.versions} />}
      {rule === undefined ? null : <RuleLog ruleId={rule.id} />}
    </div>
  )
}

type Form = ReturnType<typeof useForm<RuleValues>>

function contentOf({ name, trigger, condition, actions, stop, is_enabled }: RuleValues): RuleValues {
  return { name, trigger, condition, actions, stop, is_enabled }
}

interface FormProps {
  form: Form
  language: RuleLanguage
  may: boolean
  rule?: RuleWithVersions
  children: React.ReactNode
}

function RuleForm({ form, language, may, rule, children }: FormProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const save = useCommand<RuleValues, { id: string }>({
    path: rule === undefined ? '/v1/automation-rules' : `/v1/automation-rules/${rule.id}`,
    method: rule === undefined ? 'POST' : 'PATCH',
    version: () => rule?.version,
    stale: ['/v1/automation-rules'],
    done: () => t('settings.saved'),
    after: ({ id }) => void navigate({ to: '.', search: { tab: 'automation', rule: id } as never }),
    quiet: true,
  })
  const submit = (values: RuleValues) =>
    save.mutate(values, {
      onError: (problem: Problem) =>
        form.setErrors(formErrors(problem, (path) => path === 'name' || path === 'condition' || path.startsWith('actions.')).errors),
    })
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate className={classes.formWide}>
      <ProblemAlert error={save.error} />
      <div className={classes.fields}>
        <TextInput label={t('rules.name')} disabled={!may} {...form.getInputProps('name')} />
        <Select
          label={t('rules.trigger')}
          disabled={!may}
          allowDeselect={false}
          data={language.triggers.map(({ id }) => ({ value: id, label: t(`ruleTrigger.${id}`) }))}
          {...form.getInputProps('trigger')}
        />
      </div>
      {children}
      <Switch disabled={!may} label={t('rules.stop')} {...form.getInputProps('stop', { type: 'checkbox' })} />
      <Switch disabled={!may} label={t('rules.enabled')} {...form.getInputProps('is_enabled', { type: 'checkbox' })} />
      <Group>
        <Button type="submit" disabled={!may} loading={save.isPending}>
          {t('action.save')}
        </Button>
        <Button variant="default" onClick={() => void navigate({ to: '.', search: { tab: 'automation' } as never })}>
          {t('rules.back')}
        </Button>
        {rule === undefined ? null : <DeleteRule rule={rule} may={may} />}
      </Group>
    </form>
  )
}

/** Takes a rule away, asked once more; what it did stays in the log. */
function DeleteRule({ rule, may }: { rule: RuleWithVersions; may: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [isAsked, setAsked] = useState(false)
  const remove = useCommand<undefined, { id: string }>({
    path: `/v1/automation-rules/${rule.id}`,
    method: 'DELETE',
    version: () => rule.version,
    stale: ['/v1/automation-rules'],
    done: () => t('rules.deleted'),
    after: () => void navigate({ to: '.', search: { tab: 'automation' } as never }),
  })
  return isAsked ? (
    <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
      {t('rules.deleteSure')}
    </Button>
  ) : (
    <Button variant="default" disabled={!may} onClick={() => setAsked(true)}>
      {t('rules.delete')}
    </Button>
  )
}

/** The condition, checked by the server while it is typed; the error names line and column. */
function ConditionField({ form, may }: { form: Form; may: boolean }) {
  const { t } = useTranslation()
  const [question] = useDebouncedValue({ trigger: form.values.trigger, condition: form.values.condition }, 300)
  const { data } = useQuery<ConditionCheck, Problem>({
    queryKey: ['/v1/automation-rules/check', question],
    queryFn: () => call<ConditionCheck>('POST', '/v1/automation-rules/check', { body: question }),
    enabled: question.condition !== '',
    placeholderData: (before) => before,
  })
  const problem = question.condition === '' ? null : (data?.problem ?? null)
  const message = problem === null ? null : t('rules.problem', { message: problem.message, line: problem.line, column: problem.column })
  return (
    <div>
      <Textarea
        label={t('rules.condition')}
        description={t('rules.conditionHint', EXAMPLE)}
        disabled={!may}
        autosize
        minRows={3}
        maxRows={14}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('condition')}
        error={message ?? form.errors['condition']}
      />
      {problem !== null && problem.end > problem.start ? (
        <Code block mt={4} style={WRAPPED}>
          {form.values.condition.slice(problem.start, problem.end)}
        </Code>
      ) : null}
      {data?.ok === true && question.condition !== '' ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t('rules.conditionGood')}
        </Text>
      ) : null}
    </div>
  )
}

function FieldReference({ language, trigger }: { language: RuleLanguage; trigger: string }) {
  const { t } = useTranslation()
  const about = language.triggers.find((one) => one.id === trigger)?.about
  const shown = language.fields.filter((group) => group.variable !== 'shipment' || about === 'shipment')
  return (
    <Section title={t('rules.reference')}>
      <Text size="xs" c="dimmed" mb="xs">
        {t('rules.referenceHint')}
      </Text>
      {shown.map((group) => (
        <div key={group.of}>
          <Text size="sm" fw={600} mt="xs">
            {group.variable ?? group.of}
          </Text>
          {group.fields.map((field) => (
            <Text key={field.name} size="xs" ff="monospace">
              {group.variable === null ? '' : `${group.variable}.`}
              {field.name}
              <Text span c="dimmed" size="xs">{` ${field.type}`}</Text>
            </Text>
          ))}
        </div>
      ))}
      <Text size="sm" fw={600} mt="xs">
        {t('rules.functions')}
      </Text>
      {language.functions.map((one) => (
        <Code key={one.signature} block mt={4} fz="xs" style={WRAPPED}>
          {one.example}
        </Code>
      ))}
    </Section>
  )
}
