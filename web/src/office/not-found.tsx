import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../kit/states.tsx'
import { paths } from '../paths.ts'

/** An address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <EmptyState
      page
      title={t('error.notFound')}
      detail={t('error.noPage')}
      action={
        <Button component={Link} to={paths.home()} variant="default">
          {t('nav.home')}
        </Button>
      }
    />
  )
}
