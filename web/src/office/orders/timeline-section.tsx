import { Text, Timeline } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { AuditEvent, Page } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ErrorState } from '../../kit/states.tsx'

/** Everything that happened to an order, newest first. */
export function TimelineSection({ orderId }: { orderId: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useGet<Page<AuditEvent> | AuditEvent[]>(`/v1/orders/${orderId}/timeline`)
  const events = data === undefined ? [] : Array.isArray(data) ? data : data.data
  return (
    <Section title={t('timeline.title')}>
      {isError ? <ErrorState error={error} /> : null}
      <Timeline bulletSize={10} lineWidth={1} active={-1}>
        {events.map((event) => (
          <Timeline.Item
            key={String(event.seq)}
            title={<Text size="sm">{t(`event.${event.type}`, { defaultValue: eventWords(event.type) })}</Text>}
          >
            <Text size="xs" c="dimmed" title={format.dateTime(event.recorded_at ?? event.happened_at ?? '')}>
              {[format.dateTime(event.recorded_at ?? event.happened_at ?? ''), actorName(event)].filter(Boolean).join(' · ')}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Section>
  )
}

function eventWords(type: string): string {
  const words = (type.split('.').at(-1) ?? type).replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function actorName(event: AuditEvent): string | null {
  if (typeof event.actor === 'string') return event.actor
  return event.actor?.name ?? event.actor?.kind ?? null
}
