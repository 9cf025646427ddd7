import { Button, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../../api/queries.ts'
import type { Page as Rows } from '../../../api/shapes.ts'
import { useFormat } from '../../../kit/format.ts'
import { Section } from '../../../kit/page.tsx'
import { EmptyState, ErrorState } from '../../../kit/states.tsx'
import { StatusDot } from '../../../kit/status.tsx'
import { useCommand } from '../../../kit/use-command.ts'
import type { Message } from './shapes.ts'

/** Messages that were sent, wait or failed, the newest first; of one order, or all of late. */
export function MessageLog({ orderId }: { orderId?: string }) {
  const { t } = useTranslation()
  const { data, isError, error } = useGet<Rows<Message>>('/v1/messages', orderId === undefined ? { limit: 50 } : { order_id: orderId })
  if (orderId !== undefined && (data?.data.length ?? 0) === 0) return null
  return (
    <Section title={t('telling.messages')} flush>
      {isError ? <ErrorState error={error} /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('telling.noMessages')} /> : null}
      <Table>
        <Table.Tbody>
          {(data?.data ?? []).map((message) => (
            <Row key={message.id} message={message} />
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function Row({ message }: { message: Message }) {
  const { t } = useTranslation()
  const format = useFormat()
  const may = useMay('messaging.send')
  const resend = useCommand<void>({
    path: `/v1/messages/${message.id}/resending`,
    body: () => ({}),
    stale: ['/v1/messages'],
    done: () => t('telling.queuedAgain'),
  })
  const waits = message.state === 'queued' || message.state === 'sending'
  return (
    <Table.Tr>
      <Table.Td>
        {message.erased ? t('telling.erased') : message.subject}
        <Text size="xs" c="dimmed">
          {[message.recipient, message.last_error].filter(Boolean).join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusDot status={message.state} />
      </Table.Td>
      <Table.Td>{format.ago(message.sent_at ?? message.created_at)}</Table.Td>
      <Table.Td ta="right">
        <Button
          variant="default"
          size="compact-xs"
          disabled={!may || waits || message.erased}
          title={waits ? t('telling.stillWaits') : undefined}
          loading={resend.isPending}
          onClick={() => resend.mutate()}
        >
          {t('telling.resend')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}
