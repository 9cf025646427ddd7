import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Order } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { describeReasons } from './sourcing-words.ts'
import classes from '../../kit/kit.module.css'

/** Why this warehouse: the reasons sourcing gave, newest decision first. */
export function SourcingSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const format = useFormat()
  const decisions = [...(order.sourcing ?? [])].sort((one, other) => other.attempt - one.attempt)
  if (decisions.length === 0) return null
  return (
    <Section title={t('sourcing.title')}>
      {decisions.map((decision) => (
        <div key={decision.attempt}>
          <Text size="sm" c="dimmed" mb={6}>
            {t('sourcing.decided', { when: format.dateTime(decision.decided_at) })}
          </Text>
          <ul className={classes.reasons}>
            {describeReasons(decision.reasons, t, format).map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  )
}
