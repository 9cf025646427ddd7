import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/queries.ts'
import type { Outcome, Shipment } from '../../api/shapes.ts'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { refusedNotice } from './outcomes.ts'
import type { Step } from './steps.ts'
import { useDownload } from './use-documents.ts'
import { useRelease, WAREHOUSE_STALE } from './use-release.ts'

interface StepActionsProps {
  step: Step
  chosen: readonly Shipment[]
  clear: () => void
}

/** Buttons of one step for the selected shipments; the number stands in the button. */
export function StepActions({ step, chosen, clear }: StepActionsProps) {
  if (chosen.length === 0) return null
  return (
    <Group gap={6} px={10} py={8}>
      {step.id === 'release' ? <ReleaseChosen chosen={chosen} clear={clear} /> : null}
      {step.id === 'pick' ? <OpenPickLists chosen={chosen} /> : null}
      {step.id === 'pack' ? <PrintChosen chosen={chosen} kind="packing_slip" /> : null}
      {step.id === 'ship' ? (
        <>
          <ShipChosen chosen={chosen} clear={clear} />
          <PrintChosen chosen={chosen} kind="label" />
        </>
      ) : null}
    </Group>
  )
}

function ReleaseChosen({ chosen, clear }: { chosen: readonly Shipment[]; clear: () => void }) {
  const { t } = useTranslation()
  const may = useMay('warehouse.release')
  const release = useRelease()
  return (
    <Button
      disabled={!may}
      loading={release.isPending}
      onClick={() => release.mutate({ shipment_ids: chosen.map((one) => one.id) }, { onSuccess: clear })}
    >
      {t('board.releaseCount', { count: chosen.length })}
    </Button>
  )
}

function OpenPickLists({ chosen }: { chosen: readonly Shipment[] }) {
  const { t } = useTranslation()
  const lists = [...new Set(chosen.map((one) => one.pick_list_id).filter((id): id is string => typeof id === 'string'))]
  const { busy, save } = useDownload()
  const [only] = lists
  return (
    <>
      {only !== undefined && lists.length === 1 ? (
        <Button component={Link} to={paths.pickList(only)}>
          {t('board.openPickList')}
        </Button>
      ) : null}
      <Button
        variant="default"
        loading={busy}
        disabled={lists.length === 0}
        onClick={() => void save('/v1/documents', { kind: 'pick_list', ids: lists, format: 'pdf' })}
      >
        {t('board.printPickLists', { count: lists.length })}
      </Button>
    </>
  )
}

function PrintChosen({ chosen, kind }: { chosen: readonly Shipment[]; kind: 'packing_slip' | 'label' }) {
  const { t } = useTranslation()
  const { busy, save } = useDownload()
  return (
    <Button
      variant="default"
      loading={busy}
      onClick={() => void save('/v1/documents', { kind, ids: chosen.map((one) => one.id), format: 'pdf' })}
    >
      {t(kind === 'label' ? 'board.printLabels' : 'board.printSlips', { count: chosen.length })}
    </Button>
  )
}

function ShipChosen({ chosen, clear }: { chosen: readonly Shipment[]; clear: () => void }) {
  const { t } = useTranslation()
  const may = useMay('warehouse.ship')
  const ship = useCommand<void, { outcomes: Outcome[] }>({
    path: '/v1/shipments/shipping-batch',
    body: () => ({ shipments: chosen.map((one) => ({ shipment_id: one.id })) }),
    stale: WAREHOUSE_STALE,
    done: ({ outcomes }) => t('board.shipped', { count: outcomes.filter((one) => one.ok).length }),
    after: ({ outcomes }) => {
      refusedNotice(outcomes, t)
      clear()
    },
  })
  return (
    <Button disabled={!may} loading={ship.isPending} onClick={() => ship.mutate()}>
      {t('board.shipCount', { count: chosen.length })}
    </Button>
  )
}
