import { Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Page as Rows } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import type { RuleRun } from './rule-shapes.ts'

/** What rules did last, of one rule or all: on which order, which version, with what result. */
export function RuleLog({ ruleId }: { ruleId?: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useGet<Rows<RuleRun>>('/v1/automation-runs', {
    limit: 50,
    ...(ruleId === undefined ? {} : { rule_id: ruleId }),
  })
  return (
    <Section title={t('rules.log')} flush>
      {isError ? <ErrorState error={error} /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('rules.noRuns')} /> : null}
      <Table>
        <Table.Tbody>
          {(data?.data ?? []).map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>{format.dateTime(run.ran_at)}</Table.Td>
              <Table.Td>
                {run.order_id === null ? null : (
                  <TextLink to={paths.order(run.order_id)}>{t('orders.one', { number: run.order_number ?? '' })}</TextLink>
                )}
              </Table.Td>
              <Table.Td>{t('rules.nameAndVersion', { name: run.rule_name, version: run.rule_version })}</Table.Td>
              <Table.Td>
                {run.error === null ? (
                  run.results.map((result) => (
                    <Text key={`${result.kind} ${result.detail}`} size="sm">
                      {t(result.detail === '' ? 'rules.resultPlain' : 'rules.result', {
                        action: t(`ruleAction.${result.kind}`),
                        state: t(`ruleState.${result.state}`),
                        detail: result.detail,
                      })}
                    </Text>
                  ))
                ) : (
                  <>
                    <StatusDot status="failed" />
                    <Text size="sm">{run.error}</Text>
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
