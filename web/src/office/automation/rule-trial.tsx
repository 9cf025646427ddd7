import { Button, Group, NumberInput, Progress, Table, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type Problem } from '../../api/client.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import type { TrialPart } from './rule-shapes.ts'

/** Rows a trial shows; the counts go on. */
const MAX_SHOWN = 200

interface Trial {
  total: number
  lookedAt: number
  matched: number
  failed: number
  matches: TrialPart['matches']
}

/** Tries a rule on what happened in the last days, part by part; nothing is changed. */
export function RuleTrial({ trigger, condition }: { trigger: string; condition: string }) {
  const { t } = useTranslation()
  const [days, setDays] = useState(30)
  const [trial, setTrial] = useState<Trial | null>(null)
  const run = useMutation<void, Problem>({
    mutationFn: async () => {
      let sum: Trial = { total: 0, lookedAt: 0, matched: 0, failed: 0, matches: [] }
      let cursor: string | null = null
      setTrial(null)
      do {
        const body: Record<string, unknown> = { trigger, condition, days, ...(cursor === null ? {} : { cursor }) }
        // oxlint-disable-next-line no-await-in-loop -- each part begins where the one before ended
        const part: TrialPart = await call<TrialPart>('POST', '/v1/automation-rules/dry-run', { body })
        sum = added(sum, part)
        setTrial(sum)
        cursor = part.next_cursor
      } while (cursor !== null)
    },
  })
  return (
    <Section title={t('rules.trial')}>
      <Group align="end" mb="sm">
        <NumberInput
          label={t('rules.days')}
          min={1}
          max={366}
          allowDecimal={false}
          w={120}
          value={days}
          onChange={(value) => setDays(Number(value) || 1)}
        />
        <Button variant="default" loading={run.isPending} disabled={condition === ''} onClick={() => run.mutate()}>
          {t('rules.try')}
        </Button>
      </Group>
      <ProblemAlert error={run.error} />
      {trial === null ? null : <TrialResult trial={trial} running={run.isPending} />}
    </Section>
  )
}

function added(sum: Trial, part: TrialPart): Trial {
  return {
    total: part.total ?? sum.total,
    lookedAt: sum.lookedAt + part.looked_at,
    matched: sum.matched + part.matched,
    failed: sum.failed + part.failed,
    matches: [...sum.matches, ...part.matches].slice(0, MAX_SHOWN),
  }
}

function TrialResult({ trial, running }: { trial: Trial; running: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      {running ? (
        <Progress value={trial.total === 0 ? 0 : (trial.lookedAt / trial.total) * 100} mb="xs" aria-label={t('rules.trial')} />
      ) : null}
      <Text size="sm" role="status">
        {t('rules.trialSum', { matched: trial.matched, lookedAt: trial.lookedAt, failed: trial.failed })}
      </Text>
      <Text size="xs" c="dimmed" mb="xs">
        {t('rules.trialHint')}
      </Text>
      <Table>
        <Table.Tbody>
          {trial.matches.map((match) => (
            <Table.Tr key={`${match.order_id} ${match.at}`}>
              <Table.Td>
                <TextLink to={paths.order(match.order_id)}>{t('orders.one', { number: match.order_number })}</TextLink>
              </Table.Td>
              <Table.Td>{match.customer_name}</Table.Td>
              <Table.Td>{format.dateTime(match.at)}</Table.Td>
              <Table.Td ta="right">{format.money({ amount: match.total, currency: match.currency })}</Table.Td>
              <Table.Td>{match.error ?? (match.changed_since ? t('rules.changedSince') : '')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
