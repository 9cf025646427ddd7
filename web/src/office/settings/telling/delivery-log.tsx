import { Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../../api/queries.ts'
import type { Page as Rows } from '../../../api/shapes.ts'
import { useFormat } from '../../../kit/format.ts'
import { StatusDot } from '../../../kit/status.tsx'
import { useCommand } from '../../../kit/use-command.ts'
import type { Delivery, DeliveryLog, Endpoint } from './shapes.ts'

const WEEK_MS = 7 * 86_400_000

/** What was sent to an endpoint lately, with each request; one or all failed of a week can be sent again. */
export function DeliveryLogTable({ endpoint, may }: { endpoint: Endpoint; may: boolean }) {
  const { t } = useTranslation()
  const path = `/v1/webhook-endpoints/${endpoint.id}`
  const [opened, setOpened] = useState<string | null>(null)
  const { data } = useGet<Rows<Delivery>>(`${path}/deliveries`, { limit: 20 })
  const replay = useCommand<object>({
    path: `${path}/replay`,
    stale: [path],
    done: () => t('telling.replayed'),
  })
  const rows = data?.data ?? []
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('telling.noDeliveries')}
      </Text>
    )
  return (
    <>
      <Table>
        <Table.Tbody>
          {rows.map((delivery) => (
            <Row
              key={delivery.id}
              delivery={delivery}
              opened={opened === delivery.id}
              onOpen={() => setOpened(opened === delivery.id ? null : delivery.id)}
              onReplay={may && endpoint.is_active ? () => replay.mutate({ delivery_ids: [delivery.id] }) : undefined}
            />
          ))}
        </Table.Tbody>
      </Table>
      {may && rows.some((one) => one.state === 'failed') ? (
        <Group>
          <Button
            variant="default"
            disabled={!endpoint.is_active}
            loading={replay.isPending}
            onClick={() => replay.mutate({ failed_since: new Date(Date.now() - WEEK_MS).toISOString() })}
          >
            {t('telling.replayFailed')}
          </Button>
        </Group>
      ) : null}
    </>
  )
}

interface RowProps {
  delivery: Delivery
  opened: boolean
  onOpen: () => void
  onReplay: (() => void) | undefined
}

function Row({ delivery, opened, onOpen, onReplay }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const isOver = delivery.state === 'delivered' || delivery.state === 'failed'
  return (
    <>
      <Table.Tr>
        <Table.Td>{delivery.event_type}</Table.Td>
        <Table.Td>
          <StatusDot status={delivery.state} />
        </Table.Td>
        <Table.Td>{delivery.last_status ?? delivery.last_error ?? ''}</Table.Td>
        <Table.Td>{format.ago(delivery.created_at)}</Table.Td>
        <Table.Td ta="right">
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button variant="default" size="compact-xs" aria-expanded={opened} onClick={onOpen}>
              {t('telling.log')}
            </Button>
            <Button variant="default" size="compact-xs" disabled={onReplay === undefined || !isOver} onClick={onReplay}>
              {t('telling.replay')}
            </Button>
          </Group>
        </Table.Td>
      </Table.Tr>
      {opened ? <Requests deliveryId={delivery.id} /> : null}
    </>
  )
}

function Requests({ deliveryId }: { deliveryId: string }) {
  const format = useFormat()
  const { data } = useGet<DeliveryLog>(`/v1/webhook-deliveries/${deliveryId}`)
  return (data?.log ?? []).map((one) => (
    <Table.Tr key={one.started_at}>
      <Table.Td>{format.dateTime(one.started_at)}</Table.Td>
      <Table.Td>{`${one.duration_ms} ms`}</Table.Td>
      <Table.Td colSpan={3} style={{ overflowWrap: 'anywhere' }}>
        {[one.status, one.error, one.response_excerpt].filter(Boolean).join(' · ')}
      </Table.Td>
    </Table.Tr>
  ))
}
