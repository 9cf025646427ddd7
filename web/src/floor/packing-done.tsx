import { Button } from '@mantine/core'
import { IconCircleCheck, IconDownload, IconTruck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet } from '../api/queries.ts'
import type { Page, Shipment } from '../api/shapes.ts'
import { ActionButton } from '../kit/action-button.tsx'
import { StatusDot } from '../kit/status.tsx'
import { useCommand } from '../kit/use-command.ts'
import { useDownload } from '../office/fulfillment/use-documents.ts'
import { WAREHOUSE_STALE } from '../office/fulfillment/use-release.ts'
import { paths } from '../paths.ts'
import classes from './packing.module.css'

/** After the parcel is closed: label, ship, and on to the next shipment that waits to be packed. */
export function PackingDone({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const { busy, save } = useDownload()
  const waiting = useGet<Page<Shipment>>('/v1/shipments', { status: 'picked', limit: 1 }).data?.data[0]
  const ship = useCommand<void>({
    path: `/v1/shipments/${shipment.id}/shipping`,
    body: () => ({}),
    stale: [...WAREHOUSE_STALE, '/v1/journal-entries'],
    done: () => t('shipments.shipped'),
  })
  const packed = shipment.status === 'packed'
  return (
    <div className={classes.done}>
      {['packed', 'shipped', 'delivered'].includes(shipment.status) ? (
        <IconCircleCheck size={72} stroke={1.5} color="var(--t-green)" aria-hidden="true" />
      ) : null}
      <StatusDot status={shipment.status} />
      {['planned', 'released'].includes(shipment.status) ? <p>{t('packing.notPicked')}</p> : null}
      <div className={classes.doneActions}>
        {packed ? (
          <ActionButton
            actions={shipment.allowed_actions}
            action="ship"
            size="lg"
            autoFocus
            leftSection={<IconTruck size={22} />}
            loading={ship.isPending}
            onClick={() => ship.mutate()}
          >
            {t('action.ship')}
          </ActionButton>
        ) : null}
        {['packed', 'shipped'].includes(shipment.status) ? (
          <Button
            size="lg"
            variant="default"
            leftSection={<IconDownload size={22} />}
            loading={busy}
            onClick={() => void save(`/v1/shipments/${shipment.id}/label.pdf`)}
          >
            {t('shipments.labelPdf')}
          </Button>
        ) : null}
        {waiting === undefined || packed ? null : (
          <Button component={Link} to={paths.packing(waiting.id)} size="lg" autoFocus>
            {t('packing.next', { number: waiting.number })}
          </Button>
        )}
        <Button component={Link} to={paths.shipment(shipment.id)} size="lg" variant="subtle">
          {t('packing.openShipment')}
        </Button>
      </div>
    </div>
  )
}
