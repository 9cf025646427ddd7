import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Shipment } from '../../api/shapes.ts'
import { allowance } from '../../kit/action-button.tsx'

/** What may happen to a shipment beside its next step. */
export type Exception = 'split' | 'combine' | 'move' | 'refuse' | 'lose' | 'void'

const PERMISSION: Record<Exception, string> = {
  split: 'warehouse.release',
  combine: 'warehouse.release',
  move: 'warehouse.release',
  refuse: 'warehouse.return',
  lose: 'warehouse.claim',
  void: 'warehouse.ship',
}
const BEFORE: readonly Exception[] = ['split', 'combine', 'move']
const AFTER: readonly Exception[] = ['refuse', 'lose', 'void']

/** The menu of exceptions: what the step forbids stays, disabled, with its reason. */
export function ShipmentMenu({ shipment, open }: { shipment: Shipment; open: (exception: Exception) => void }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('exceptions.menu')}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {BEFORE.map((one) => (
          <ExceptionItem key={one} shipment={shipment} exception={one} open={open} />
        ))}
        <Menu.Divider />
        {AFTER.map((one) => (
          <ExceptionItem key={one} shipment={shipment} exception={one} open={open} />
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function ExceptionItem({ shipment, exception, open }: { shipment: Shipment; exception: Exception; open: (exception: Exception) => void }) {
  const { t } = useTranslation()
  const may = useMay(PERMISSION[exception])
  const { allowed, reason } = allowance(shipment.allowed_actions, exception)
  const why = allowed ? (may ? '' : t('exceptions.notAllowed', { permission: PERMISSION[exception] })) : reason
  return (
    <Tooltip label={why} disabled={why === ''} position="left" multiline maw={280}>
      <Menu.Item
        disabled={why !== ''}
        onClick={() => open(exception)}
        color={exception === 'lose' || exception === 'void' ? 'red' : undefined}
      >
        {t(`exceptions.${exception}.do`)}
      </Menu.Item>
    </Tooltip>
  )
}
