import { Button, Group, List, NumberInput, Progress, Table, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type Problem } from '../../api/client.ts'
import type { SourcingPolicy } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import kit from '../../kit/kit.module.css'

export type PolicyDraft = Omit<SourcingPolicy, 'id' | 'channel_id' | 'version'>

const EFFECTS = ['moved', 'split', 'joined', 'backordered', 'served', 'refused'] as const
const UNTOLD = ['held_stock', 'not_kept', 'no_stocked_lines', 'warehouses_gone'] as const
/** Orders a trial shows; the counts go on. */
const MAX_SHOWN = 200

interface Side {
  warehouses: string[]
  missing: number
  cost: number | null
}

interface Concerned {
  order_id: string
  number: number
  placed_at: string
  effects: (typeof EFFECTS)[number][]
  before: Side
  after: Side
}

interface TrialPart {
  total: number | null
  looked_at: number
  changed: number
  effects: Record<(typeof EFFECTS)[number], number>
  untold: Record<(typeof UNTOLD)[number], number>
  cost: { currency: string; before: number; after: number; known: number }
  orders: Concerned[]
  next_cursor: string | null
}

interface Trial extends TrialPart {
  /** The draft that was tried: a later edit makes the result old. */
  draft: string
}

/** Tries a draft of the rules on the orders of the last days, part by part; nothing is changed. */
export function SourcingTrial({ draft, channelId }: { draft: PolicyDraft; channelId: string | null }) {
  const { t } = useTranslation()
  const [days, setDays] = useState(7)
  const [trial, setTrial] = useState<Trial | null>(null)
  const run = useMutation<void, Problem>({
    mutationFn: async () => {
      let sum: Trial | null = null
      setTrial(null)
      do {
        const body: Record<string, unknown> = {
          ...draft,
          days,
          channel_id: channelId,
          ...(sum === null ? {} : { cursor: sum.next_cursor }),
        }
        // oxlint-disable-next-line no-await-in-loop -- each part begins where the one before ended
        const part: TrialPart = await call<TrialPart>('POST', '/v1/sourcing-policies/dry-run', { body })
        sum = { ...added(sum, part), draft: JSON.stringify(draft) }
        setTrial(sum)
      } while (sum.next_cursor !== null)
    },
  })
  return (
    <Section title={t('sourcingTrial.title')}>
      <Text size="sm" c="dimmed" mb="sm" maw={720}>
        {t('sourcingTrial.assumes')}
      </Text>
      <Group align="end" mb="sm">
        <NumberInput
          label={t('sourcingTrial.days')}
          min={1}
          max={92}
          allowDecimal={false}
          w={160}
          value={days}
          onChange={(value) => setDays(Math.min(92, Math.max(1, Number(value) || 1)))}
        />
        <Button variant="default" loading={run.isPending} onClick={() => run.mutate()}>
          {t('sourcingTrial.try')}
        </Button>
      </Group>
      <ProblemAlert error={run.error} />
      {trial === null ? null : <TrialResult trial={trial} running={run.isPending} old={trial.draft !== JSON.stringify(draft)} />}
    </Section>
  )
}

function added(sum: TrialPart | null, part: TrialPart): TrialPart {
  if (sum === null) return part
  const plus = <K extends string>(keys: readonly K[], a: Record<K, number>, b: Record<K, number>) =>
    Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Record<K, number>
  return {
    ...part,
    total: sum.total,
    looked_at: sum.looked_at + part.looked_at,
    changed: sum.changed + part.changed,
    effects: plus(EFFECTS, sum.effects, part.effects),
    untold: plus(UNTOLD, sum.untold, part.untold),
    cost: {
      currency: part.cost.currency,
      before: sum.cost.before + part.cost.before,
      after: sum.cost.after + part.cost.after,
      known: sum.cost.known + part.cost.known,
    },
    orders: [...sum.orders, ...part.orders].slice(0, MAX_SHOWN),
  }
}

function TrialResult({ trial, running, old }: { trial: Trial; running: boolean; old: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const effects = EFFECTS.filter((effect) => trial.effects[effect] > 0)
  const untold = UNTOLD.filter((reason) => trial.untold[reason] > 0)
  const { cost } = trial
  return (
    <>
      {running && (trial.total ?? 0) > 0 ? (
        <Progress value={(100 * trial.looked_at) / (trial.total ?? 1)} mb="xs" aria-label={t('sourcingTrial.title')} />
      ) : null}
      {old ? (
        <Text size="sm" fw={500} mb={4}>
          {t('sourcingTrial.old')}
        </Text>
      ) : null}
      <div role="status" style={old ? { opacity: 0.7 } : undefined}>
        <Text size="sm" fw={500}>
          {effects.length === 0
            ? t('sourcingTrial.nothing', { count: trial.looked_at, number: format.number(trial.looked_at) })
            : t('sourcingTrial.would', {
                effects: effects
                  .map((effect) =>
                    t(`sourcingTrial.effect.${effect}`, { count: trial.effects[effect], number: format.number(trial.effects[effect]) }),
                  )
                  .join(', '),
                of: format.number(trial.looked_at),
              })}
        </Text>
        {cost.known === 0 ? null : (
          <Text size="sm">
            {t('sourcingTrial.cost', {
              before: format.money(cost.before, cost.currency),
              after: format.money(cost.after, cost.currency),
              count: cost.known,
              number: format.number(cost.known),
            })}
          </Text>
        )}
        {trial.changed > cost.known ? (
          <Text size="sm" c="dimmed">
            {t('sourcingTrial.costUnknown', { count: trial.changed - cost.known })}
          </Text>
        ) : null}
        {untold.length === 0 ? null : (
          <List size="sm" mt={4}>
            {untold.map((reason) => (
              <List.Item key={reason}>{t(`sourcingTrial.untold.${reason}`, { count: trial.untold[reason] })}</List.Item>
            ))}
          </List>
        )}
      </div>
      <ConcernedOrders trial={trial} />
    </>
  )
}

function ConcernedOrders({ trial }: { trial: Trial }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (trial.orders.length === 0) return null
  const place = ({ warehouses, missing }: Side) =>
    [warehouses.join(' + '), missing > 0 ? t('sourcingTrial.missing', { count: missing }) : ''].filter((one) => one !== '').join(', ')
  const { currency } = trial.cost
  return (
    <>
      <Table mt="md" aria-label={t('sourcingTrial.orders')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('orders.number')}</Table.Th>
            <Table.Th>{t('sourcingTrial.happens')}</Table.Th>
            <Table.Th>{t('sourcingTrial.before')}</Table.Th>
            <Table.Th>{t('sourcingTrial.after')}</Table.Th>
            <Table.Th className={kit.number ?? ''}>{t('sourcingTrial.costDifference')}</Table.Th>
            <Table.Th className={kit.number ?? ''}>{t('orders.placed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {trial.orders.map((order) => (
            <Table.Tr key={order.order_id}>
              <Table.Td>
                <TextLink to={paths.order(order.order_id)}>{`#${order.number}`}</TextLink>
              </Table.Td>
              <Table.Td>{order.effects.map((effect) => t(`sourcingTrial.word.${effect}`)).join(', ')}</Table.Td>
              <Table.Td>{place(order.before)}</Table.Td>
              <Table.Td>{place(order.after)}</Table.Td>
              <Table.Td className={kit.number ?? ''}>
                {order.before.cost === null || order.after.cost === null
                  ? '–'
                  : format.money(order.after.cost - order.before.cost, currency)}
              </Table.Td>
              <Table.Td className={kit.number ?? ''}>{format.dateTime(order.placed_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {trial.changed > trial.orders.length ? (
        <Text size="xs" c="dimmed" mt="xs">
          {t('sourcingTrial.shown', { count: trial.orders.length, number: format.number(trial.changed) })}
        </Text>
      ) : null}
    </>
  )
}
