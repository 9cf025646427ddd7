import { Button, Menu } from '@mantine/core'
import { IconDownload, IconPackage } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../api/queries.ts'
import type { Shipment } from '../../api/shapes.ts'
import { ActionButton } from '../../kit/action-button.tsx'
import { ShipmentNotes } from '../../kit/notes.tsx'
import { Columns, Page } from '../../kit/page.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { CancelShipmentDialog } from './cancel-shipment-dialog.tsx'
import { LoseDialog, RefuseDialog, VoidDialog } from './end-dialogs.tsx'
import { CombineDialog, MoveDialog, SplitDialog } from './shape-dialogs.tsx'
import { ShipDialog } from './ship-dialog.tsx'
import { type Exception, ShipmentMenu } from './shipment-menu.tsx'
import { ShipmentFacts, ShipmentLines, ShipmentParcels } from './shipment-sections.tsx'
import { useDownload } from './use-documents.ts'
import { useRelease, WAREHOUSE_STALE } from './use-release.ts'

/** One shipment: its lines, parcels and documents, and its next step. */
export function ShipmentPage() {
  const { shipmentId } = useParams({ strict: false }) as { shipmentId: string }
  const { data: shipment, isError, error, refetch } = useGet<Shipment>(`/v1/shipments/${shipmentId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (shipment === undefined) return <PageSkeleton />
  return <ShipmentDocument shipment={shipment} />
}

type Dialog = 'ship' | 'cancel' | Exception

function ShipmentDocument({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  return (
    <Page
      title={t('shipments.one', { number: shipment.number })}
      beside={
        <>
          <StatusDot status={shipment.status} />
          {shipment.held ? <StatusDot status="held" /> : null}
        </>
      }
      actions={<ShipmentActions shipment={shipment} open={setDialog} />}
    >
      <ShipmentNotes shipment={shipment} />
      <Columns
        main={
          <>
            <ShipmentLines shipment={shipment} />
            <ShipmentParcels shipment={shipment} />
          </>
        }
        side={<ShipmentFacts shipment={shipment} />}
      />
      {dialog === 'ship' ? <ShipDialog shipment={shipment} onClose={() => setDialog(null)} /> : null}
      <ExceptionDialogs shipment={shipment} dialog={dialog} close={() => setDialog(null)} />
      {dialog === 'cancel' ? <CancelShipmentDialog shipment={shipment} onClose={() => setDialog(null)} /> : null}
    </Page>
  )
}

function ExceptionDialogs({ shipment, dialog, close }: { shipment: Shipment; dialog: Dialog | null; close: () => void }) {
  switch (dialog) {
    case 'split':
      return <SplitDialog shipment={shipment} onClose={close} />
    case 'combine':
      return <CombineDialog shipment={shipment} onClose={close} />
    case 'move':
      return <MoveDialog shipment={shipment} onClose={close} />
    case 'refuse':
      return <RefuseDialog shipment={shipment} onClose={close} />
    case 'lose':
      return <LoseDialog shipment={shipment} onClose={close} />
    case 'void':
      return <VoidDialog shipment={shipment} onClose={close} />
    default:
      return null
  }
}

function ShipmentActions({ shipment, open }: { shipment: Shipment; open: (dialog: Dialog) => void }) {
  const { t } = useTranslation()
  return (
    <>
      <DocumentMenu shipment={shipment} />
      <NextStep shipment={shipment} ship={() => open('ship')} />
      <ActionButton actions={shipment.allowed_actions} action="cancel" variant="default" onClick={() => open('cancel')}>
        {t('shipments.cancel')}
      </ActionButton>
      <ShipmentMenu shipment={shipment} open={open} />
    </>
  )
}

function NextStep({ shipment, ship }: { shipment: Shipment; ship: () => void }) {
  const { t } = useTranslation()
  const actions = shipment.allowed_actions
  const release = useRelease()
  const pick = useCommand<void>({
    path: `/v1/shipments/${shipment.id}/picking`,
    body: () => ({}),
    stale: WAREHOUSE_STALE,
    done: () => t('shipments.picked'),
  })
  const deliver = useCommand<void>({
    path: `/v1/shipments/${shipment.id}/delivery`,
    body: () => ({}),
    stale: WAREHOUSE_STALE,
    done: () => t('shipments.delivered'),
  })
  if (shipment.status === 'planned')
    return (
      <ActionButton
        actions={actions}
        action="release"
        loading={release.isPending}
        onClick={() => release.mutate({ shipment_ids: [shipment.id] })}
      >
        {t('action.release')}
      </ActionButton>
    )
  if (shipment.status === 'released')
    return (
      <>
        {shipment.pick_list_id ? (
          <Button component={Link} to={paths.pickList(shipment.pick_list_id)} variant="default">
            {t('board.openPickList')}
          </Button>
        ) : null}
        <ActionButton actions={actions} action="pick" loading={pick.isPending} onClick={() => pick.mutate()}>
          {t('shipments.pickAll')}
        </ActionButton>
      </>
    )
  if (shipment.status === 'picked')
    return (
      <Button component={Link} to={paths.packing(shipment.id)} leftSection={<IconPackage size={15} />}>
        {t('action.pack')}
      </Button>
    )
  if (shipment.status === 'packed')
    return (
      <ActionButton actions={actions} action="ship" onClick={ship}>
        {t('action.ship')}
      </ActionButton>
    )
  if (shipment.status !== 'shipped') return null
  return (
    <ActionButton actions={actions} action="deliver" variant="default" loading={deliver.isPending} onClick={() => deliver.mutate()}>
      {t('shipments.markDelivered')}
    </ActionButton>
  )
}

const WITH_LABEL = new Set(['packed', 'shipped', 'delivered', 'refused', 'lost'])

function DocumentMenu({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const { busy, save } = useDownload()
  const of = (name: string) => () => void save(`/v1/shipments/${shipment.id}/${name}`)
  const labeled = WITH_LABEL.has(shipment.status)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={busy} leftSection={<IconDownload size={15} />}>
          {t('shipments.documents')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={of('packing-slip.pdf')}>{t('shipments.packingSlip')}</Menu.Item>
        <Menu.Item disabled={!labeled} onClick={of('label.pdf')}>
          {t('shipments.labelPdf')}
        </Menu.Item>
        <Menu.Item disabled={!labeled} onClick={of('label.zpl')}>
          {t('shipments.labelZpl')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
