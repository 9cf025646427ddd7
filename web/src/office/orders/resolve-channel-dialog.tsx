import { Button, Group, Modal, SegmentedControl, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChannelSnapshots, ComparedField } from '../../api/channel-shapes.ts'
import type { Order } from '../../api/shapes.ts'
import { ProblemAlert } from '../../kit/problem-alert.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { ComparedFields, differing, useFieldName } from './channel-fields.tsx'

type Side = 'theirs' | 'ours'

/** Decides field by field between the channel and us; what nobody disputes is taken from the channel. */
export function ResolveChannelDialog({ order, sides, onClose }: { order: Order; sides: ChannelSnapshots; onClose: () => void }) {
  const { t } = useTranslation()
  const name = useFieldName()
  const [chosen, setChosen] = useState<Readonly<Record<string, Side>>>({})
  const disputed = sides.fields.filter((field) => field.conflict !== null)
  const sideOf = (field: ComparedField): Side => chosen[field.path] ?? (field.conflict?.can_take === true ? 'theirs' : 'ours')
  const choose = (side: Side) =>
    setChosen(
      Object.fromEntries(disputed.map((field) => [field.path, side === 'theirs' && field.conflict?.can_take !== true ? 'ours' : side])),
    )
  const resolve = useCommand<null>({
    path: `/v1/orders/${order.id}/channel-change/resolution`,
    body: () => ({
      snapshot_id: sides.held_snapshot_id,
      take: 'ours',
      fields: disputed.map((field) => ({ path: field.path, take: sideOf(field) })),
    }),
    stale: ['/v1/orders', '/v1/overview', '/v1/shipments'],
    done: () => t('channelView.resolved'),
    after: onClose,
    quiet: true,
  })
  return (
    <Modal opened onClose={onClose} size="xl" title={t('channelView.resolve')} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <Stack gap="sm">
        <ProblemAlert error={resolve.error} />
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => choose('theirs')}>
            {t('channelView.takeTheirs')}
          </Button>
          <Button variant="default" size="xs" onClick={() => choose('ours')}>
            {t('channelView.keepOurs')}
          </Button>
        </Group>
        <ComparedFields
          fields={differing(sides.fields)}
          currency={order.currency}
          choose={(field) =>
            field.conflict === null ? (
              t('channelView.undisputed')
            ) : (
              <SegmentedControl
                size="xs"
                aria-label={name(field.path)}
                value={sideOf(field)}
                onChange={(side) => setChosen({ ...chosen, [field.path]: side as Side })}
                data={[
                  { value: 'theirs', label: t('channelView.theirs'), disabled: !field.conflict.can_take },
                  { value: 'ours', label: t('channelView.ours') },
                ]}
              />
            )
          }
        />
        <Group justify="end">
          <Button loading={resolve.isPending} onClick={() => resolve.mutate(null)}>
            {t('channelView.resolve')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
