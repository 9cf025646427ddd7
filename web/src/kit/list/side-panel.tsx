import { Anchor, CloseButton, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './list.module.css'

/** A panel beside a list that shows one of its rows; Esc closes it. */
export function SidePanel({
  title,
  href,
  onClose,
  children,
}: {
  title: string
  href: string | undefined
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !(event.target as HTMLElement).closest('[role=dialog]')) onClose()
    }
    window.addEventListener('keydown', close)
    return () => window.removeEventListener('keydown', close)
  }, [onClose])
  return (
    <aside className={classes.panel} aria-label={title}>
      <div className={classes.panelHead}>
        <h2 style={{ fontSize: 16, margin: 0, overflowWrap: 'anywhere' }}>{title}</h2>
        <Group gap="xs" wrap="nowrap">
          {href === undefined ? null : (
            <Anchor component={Link} to={href} size="sm">
              {t('action.open')}
            </Anchor>
          )}
          <CloseButton aria-label={t('action.close')} onClick={onClose} />
        </Group>
      </div>
      {children}
    </aside>
  )
}
