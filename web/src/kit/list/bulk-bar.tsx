import { Button, Menu, Tooltip } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/queries.ts'
import type { PrintAction, ServerAction } from './list-types.ts'
import classes from './list.module.css'

interface BulkBarProps {
  prints: readonly PrintAction[]
  actions: readonly ServerAction[]
  count: number
  /** All that match are selected, not only the rows that are loaded. */
  all: boolean
  onAll: (() => void) | undefined
  onAction: (action: ServerAction) => void
  onPrint: (action: PrintAction) => void
  /** Downloads what is selected; absent where the list has no file. */
  onExport: (() => void) | undefined
  clear: () => void
}

/** Actions of the server that stand as buttons; the others are in the menu. */
const BUTTONS = 3

/** What can be done with the selected rows; the number stands in the button. */
export function BulkBar({ prints, actions, count, all, onAll, onAction, onPrint, onExport, clear }: BulkBarProps) {
  const { t } = useTranslation()
  if (count === 0) return null
  const label = all ? t('lists.allSelected') : t('list.selected', { count })
  return (
    <div className={classes.bulk} role="toolbar" aria-label={label} data-palette>
      <span role="status">{label}</span>
      {onAll === undefined || all ? null : (
        <Button variant="subtle" onClick={onAll}>
          {t('lists.selectAllMatching')}
        </Button>
      )}
      {actions.slice(0, BUTTONS).map((action, index) => (
        <ActionButton key={action.id} action={action} primary={index === 0} onAction={onAction} />
      ))}
      {prints.map((action, index) => (
        <Button key={action.kind} variant={index === 0 && actions.length === 0 ? 'filled' : 'default'} onClick={() => onPrint(action)}>
          {t(`print.${action.kind}`)}
        </Button>
      ))}
      <MoreActions actions={actions.slice(BUTTONS)} onAction={onAction} onExport={onExport} />
      <Button variant="subtle" onClick={clear}>
        {t('list.clearSelection')}
      </Button>
    </div>
  )
}

function useAllowed(): (action: ServerAction) => boolean {
  const { permissions } = useSession()
  return (action) => permissions.includes(action.permission)
}

function ActionButton({ action, primary, onAction }: { action: ServerAction; primary: boolean; onAction: (action: ServerAction) => void }) {
  const { t } = useTranslation()
  const allowed = useAllowed()(action)
  return (
    <Tooltip label={t('lists.mayNot', { permission: action.permission })} disabled={allowed}>
      <span>
        <Button variant={primary ? 'filled' : 'default'} disabled={!allowed} onClick={() => onAction(action)}>
          {t(`bulk.${action.id}.action`)}
        </Button>
      </span>
    </Tooltip>
  )
}

function MoreActions({ actions, onAction, onExport }: Pick<BulkBarProps, 'actions' | 'onAction' | 'onExport'>) {
  const { t } = useTranslation()
  const allowed = useAllowed()
  if (actions.length === 0 && onExport === undefined) return null
  return (
    <Menu position="top-end">
      <Menu.Target>
        <Button variant="default" aria-label={t('lists.moreActions')}>
          <IconDots size={16} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {onExport === undefined ? null : <Menu.Item onClick={onExport}>{t('lists.exportSelected')}</Menu.Item>}
        {actions.map((action) => (
          <Menu.Item
            key={action.id}
            disabled={!allowed(action)}
            {...(action.destructive ? { color: 'red' } : {})}
            onClick={() => onAction(action)}
          >
            {t(`bulk.${action.id}.action`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
