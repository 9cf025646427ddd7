import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconInbox, IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '../api/client.ts'
import classes from './kit.module.css'

/** Why there is nothing here, and the next step. */
export function EmptyState({ title, detail, action, page }: { title: string; detail?: string; action?: ReactNode; page?: boolean }) {
  return (
    <div className={classes.state}>
      <IconInbox size={28} stroke={1.4} aria-hidden="true" />
      <Text fw={600} m={0} component={page ? 'h1' : 'p'}>
        {title}
      </Text>
      {detail === undefined ? null : (
        <Text size="sm" c="dimmed" maw={420}>
          {detail}
        </Text>
      )}
      {action}
    </div>
  )
}

/** A refusal in place of what was asked for: what happened and what to do. `page` where nothing else stands on the page. */
export function ErrorState({ error, retry, page }: { error: unknown; retry?: () => void; page?: boolean }) {
  const { t } = useTranslation()
  const status = error instanceof Problem ? error.status : 500
  const Icon = status === 403 ? IconLock : IconAlertTriangle
  return (
    <div className={classes.state} role="alert">
      <Icon size={28} stroke={1.4} aria-hidden="true" />
      <Text fw={600} m={0} component={page ? 'h1' : 'p'}>
        {t(titleKey(status))}
      </Text>
      <Text size="sm" c="dimmed" maw={480}>
        {problemText(error, t('error.unexpected'), t('error.unreachableDetail'))}
      </Text>
      {retry === undefined || status === 403 || status === 404 ? null : (
        <Button variant="default" onClick={retry}>
          {t('action.retry')}
        </Button>
      )}
    </div>
  )
}

function titleKey(status: number): 'error.forbidden' | 'error.notFound' | 'error.unreachable' | 'error.title' {
  if (status === 403) return 'error.forbidden'
  if (status === 404) return 'error.notFound'
  return status === 0 ? 'error.unreachable' : 'error.title'
}

/** The server's sentence of a refusal, or a sentence of ours where it has none. */
export function problemText(error: unknown, otherwise: string, unreachable = otherwise): string {
  if (!(error instanceof Problem)) return otherwise
  if (error.status === 0) return unreachable
  return error.message === '' ? otherwise : error.message
}

/** Shape of a document page while it loads. */
export function PageSkeleton() {
  const { t } = useTranslation()
  return (
    <Stack gap="md" p="lg" role="status" aria-label={t('state.loading')}>
      <Group>
        <Skeleton h={24} w={180} />
        <Skeleton h={20} w={90} />
      </Group>
      <Skeleton h={160} />
      <Skeleton h={220} />
    </Stack>
  )
}
