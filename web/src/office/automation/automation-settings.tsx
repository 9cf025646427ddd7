import { Alert, Button, Group, Menu, Switch, Table, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Page as Rows } from '../../api/shapes.ts'
import classes from '../../kit/kit.module.css'
import { Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { RuleEditor } from './rule-editor.tsx'
import { RuleLog } from './rule-log.tsx'
import type { Rule, RuleLanguage, RuleWithVersions } from './rule-shapes.ts'

/** Rules "when this happens, if that holds, then do it": the list, or the one that is open. */
export function AutomationSettings() {
  const { rule, template } = useSearch({ strict: false }) as { rule?: string; template?: string }
  const language = useGet<RuleLanguage>('/v1/automation-language')
  const isOld = rule !== undefined && rule !== 'new'
  const open = useGet<RuleWithVersions>(isOld ? `/v1/automation-rules/${rule}` : null)
  const failed = language.error ?? open.error
  if (failed) return <ErrorState error={failed} />
  if (language.data === undefined || (isOld && open.data === undefined)) return <PageSkeleton />
  if (rule === undefined) return <RuleList language={language.data} />
  const values = open.data ?? {
    name: '',
    trigger: 'order_placed',
    condition: '',
    actions: [{ kind: 'hold', type: 'manual' }],
    ...language.data.templates.find((one) => one.id === template),
    stop: false,
    is_enabled: true,
  }
  return (
    <RuleEditor
      key={`${rule} ${open.data?.version ?? 0}`}
      language={language.data}
      values={values}
      {...(open.data ? { rule: open.data } : {})}
    />
  )
}

function RuleList({ language }: { language: RuleLanguage }) {
  const { t } = useTranslation()
  const may = useMay('automation.manage')
  const navigate = useNavigate()
  const { data, isError, error } = useGet<Rows<Rule>>('/v1/automation-rules')
  const openNew = (template?: string) => void navigate({ to: '.', search: { tab: 'automation', rule: 'new', template } as never })
  const actions = may ? (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs">{t('rules.new')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => openNew()}>{t('rules.empty')}</Menu.Item>
        <Menu.Label>{t('rules.templates')}</Menu.Label>
        {language.templates.map((one) => (
          <Menu.Item key={one.id} onClick={() => openNew(one.id)}>
            {t(`ruleTemplate.${one.id}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  ) : undefined
  return (
    <div className={classes.formWide}>
      <Section title={t('settings.automation')} actions={actions} flush>
        {isError ? <ErrorState error={error} /> : null}
        {data?.data.length === 0 ? <EmptyState title={t('rules.none')} detail={t('rules.noneDetail')} /> : null}
        {data === undefined || data.data.length === 0 ? null : <RuleTable rules={data.data} may={may} />}
      </Section>
      <RuleLog />
    </div>
  )
}

function RuleTable({ rules, may }: { rules: readonly Rule[]; may: boolean }) {
  const { t } = useTranslation()
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('rules.on')}</Table.Th>
          <Table.Th>{t('rules.name')}</Table.Th>
          <Table.Th>{t('rules.trigger')}</Table.Th>
          <Table.Th>{t('rules.actions')}</Table.Th>
          <Table.Th ta="right">{t('rules.matched')}</Table.Th>
          <Table.Th>{t('rules.order')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.map((rule, index) => (
          <RuleRow key={rule.id} rule={rule} before={rules[index - 1]} all={rules} may={may} />
        ))}
      </Table.Tbody>
    </Table>
  )
}

function RuleRow({ rule, before, all, may }: { rule: Rule; before: Rule | undefined; all: readonly Rule[]; may: boolean }) {
  const { t } = useTranslation()
  const turn = useCommand<{ is_enabled: boolean }>({
    path: `/v1/automation-rules/${rule.id}`,
    method: 'PATCH',
    version: () => rule.version,
    stale: ['/v1/automation-rules'],
  })
  const raise = useCommand<{ rule_ids: string[] }>({ path: '/v1/automation-rules/order', method: 'PUT', stale: ['/v1/automation-rules'] })
  const raised = () => all.map((one) => (one === before ? rule.id : one === rule ? (before?.id ?? rule.id) : one.id))
  return (
    <Table.Tr>
      <Table.Td>
        <Switch
          aria-label={t('rules.turn', { name: rule.name })}
          checked={rule.is_enabled}
          disabled={!may || turn.isPending}
          onChange={(event) => turn.mutate({ is_enabled: event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>
        <TextLink to={paths.settings()} search={{ tab: 'automation', rule: rule.id }}>
          {rule.name}
        </TextLink>
        {rule.last_error === null ? null : (
          <Alert color="red" p={6} mt={4}>
            {t('rules.failing', { failed: rule.failed, error: rule.last_error })}
          </Alert>
        )}
      </Table.Td>
      <Table.Td>{t(`ruleTrigger.${rule.trigger}`)}</Table.Td>
      <Table.Td>
        <Text size="sm">{rule.actions.map((action) => t(`ruleAction.${action.kind}`)).join(', ')}</Text>
      </Table.Td>
      <Table.Td ta="right">{rule.matched}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          {before === undefined || !may ? null : (
            <Button
              size="compact-xs"
              variant="default"
              loading={raise.isPending}
              aria-label={t('rules.raiseNamed', { name: rule.name })}
              onClick={() => raise.mutate({ rule_ids: raised() })}
            >
              {t('rules.raise')}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
