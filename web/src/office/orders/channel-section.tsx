import { Button, Spoiler, Table } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChannelSnapshot, ChannelSnapshots } from '../../api/channel-shapes.ts'
import { useGet, useMay } from '../../api/queries.ts'
import type { Order } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Section } from '../../kit/page.tsx'
import { ComparedFields, differing } from './channel-fields.tsx'
import { ResolveChannelDialog } from './resolve-channel-dialog.tsx'

/** What the channel says of an order beside what stands here; shown where a channel sends its views. */
export function ChannelSection({ order }: { order: Order }) {
  const { t } = useTranslation()
  const may = useMay('orders.change')
  const [open, setOpen] = useState(false)
  const { data: sides } = useGet<ChannelSnapshots>(`/v1/orders/${order.id}/snapshots`)
  if (sides === undefined || sides.snapshots.length === 0) return null
  const fields = differing(sides.fields)
  const held = sides.held_snapshot_id !== null
  return (
    <Section
      title={t('channelView.title', { channel: order.channel.name })}
      actions={
        held ? (
          <Button size="xs" disabled={!may} onClick={() => setOpen(true)}>
            {t('channelView.resolve')}
          </Button>
        ) : null
      }
    >
      {fields.length === 0 ? (
        <p style={{ margin: 0 }}>{t('channelView.agreed')}</p>
      ) : (
        <ComparedFields fields={fields} currency={order.currency} />
      )}
      <Spoiler maxHeight={0} showLabel={t('channelView.views', { count: sides.snapshots.length })} hideLabel={t('holds.hide')}>
        <Views snapshots={sides.snapshots} />
      </Spoiler>
      {open ? <ResolveChannelDialog order={order} sides={sides} onClose={() => setOpen(false)} /> : null}
    </Section>
  )
}

function Views({ snapshots }: { snapshots: readonly ChannelSnapshot[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Table aria-label={t('channelView.views', { count: snapshots.length })}>
      <Table.Tbody>
        {snapshots.map((view) => (
          <Table.Tr key={view.id}>
            <Table.Td>{t('channelView.version', { version: view.version })}</Table.Td>
            <Table.Td>{t(`channelView.outcome.${view.outcome}`)}</Table.Td>
            <Table.Td>{format.dateTime(view.received_at)}</Table.Td>
            <Table.Td ta="right">{view.seen_count > 1 ? t('channelView.seen', { count: view.seen_count }) : null}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
