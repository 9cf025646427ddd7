import { ActionIcon, Indicator, Menu, Text } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import { useFormat } from '../../kit/format.ts'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import type { Notification } from '../settings/telling/shapes.ts'

const PATH = '/v1/notifications'

/** What the person should know: the number that is unread, and the newest of it. Opening it marks it as read. */
export function NotificationBell() {
  const { t } = useTranslation()
  const format = useFormat()
  const navigate = useNavigate()
  const may = useMay('messaging.read')
  const { data } = useGet<{ data: Notification[]; unread: number }>(may ? PATH : null, { limit: 10 }, { refetchMs: 60_000 })
  const read = useCommand<void>({ path: `${PATH}/reading`, body: () => ({}), stale: [PATH] })
  const unread = data?.unread ?? 0
  const label = unread === 0 ? t('telling.bell') : t('telling.bellUnread', { count: unread })
  return (
    <Menu position="bottom-end" width={340} onClose={() => (unread > 0 ? read.mutate() : undefined)}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label}>
          <Indicator disabled={unread === 0} size={8} offset={2} color="yellow">
            <IconBell size={19} />
          </Indicator>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('telling.bell')}</Menu.Label>
        {(data?.data ?? []).length === 0 ? (
          <Text size="sm" c="dimmed" p="xs">
            {t('telling.nothingNew')}
          </Text>
        ) : null}
        {(data?.data ?? []).map((one) => (
          <Menu.Item key={one.id} onClick={() => void navigate({ href: placeOf(one) })}>
            <Text size="sm" fw={one.read_at === null ? 600 : 400}>
              {t(`telling.alertOf.${one.kind}`, { ...one.facts })}
            </Text>
            <Text size="xs" c="dimmed">
              {[format.ago(one.created_at), one.recovered_at === null ? null : t('telling.recovered')].filter(Boolean).join(' · ')}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function placeOf({ subject_type: type, subject_id: id }: Notification): string {
  if (type === 'item' && id !== null) return paths.stockItem(id)
  if (type === 'order' && id !== null) return paths.order(id)
  if (type === 'import' && id !== null) return paths.importRun(id)
  return type === 'verification' ? paths.verification() : `${paths.settings()}?tab=webhooks`
}
