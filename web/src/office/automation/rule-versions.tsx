import { Code, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import type { RuleValues, RuleVersion } from './rule-shapes.ts'

/** Code breaks instead of scrolling: a part that scrolls would have to be reached by keyboard. */
const WRAPPED = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } as const

const FIELDS = ['name', 'trigger', 'condition', 'actions', 'stop', 'is_enabled'] as const satisfies readonly (keyof RuleValues)[]

/** Every version of a rule with who saved it and what changed, before and after. */
export function RuleVersions({ versions }: { versions: readonly RuleVersion[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Section title={t('rules.versions')} flush>
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {versions.map((version, index) => (
            <Table.Tr key={version.version}>
              <Table.Td>{t('rules.version', { number: version.version })}</Table.Td>
              <Table.Td>{format.dateTime(version.saved_at)}</Table.Td>
              <Table.Td>{version.saved_by}</Table.Td>
              <Table.Td>
                <Changes before={versions[index + 1]} after={version} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Changes({ before, after }: { before: RuleVersion | undefined; after: RuleVersion }) {
  const { t } = useTranslation()
  if (before === undefined) return <Text size="sm">{t('rules.created')}</Text>
  const changed = FIELDS.filter((field) => textOf(before[field]) !== textOf(after[field]))
  return changed.map((field) => (
    <div key={field}>
      <Text size="sm" fw={500}>
        {t(`ruleField.${field}`)}
      </Text>
      <Code block fz="xs" style={WRAPPED}>
        {`− ${textOf(before[field])}\n+ ${textOf(after[field])}`}
      </Code>
    </div>
  ))
}

function textOf(value: RuleValues[keyof RuleValues]): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
