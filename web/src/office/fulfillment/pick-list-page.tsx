import { Button, Progress } from '@mantine/core'
import { IconCheck, IconPrinter } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet, useMay } from '../../api/queries.ts'
import type { Outcome, Pick, PickList } from '../../api/shapes.ts'
import { Page, Section } from '../../kit/page.tsx'
import { StepNotes } from '../../kit/notes.tsx'
import { ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { useCommand } from '../../kit/use-command.ts'
import { paths } from '../../paths.ts'
import { refusedNotice } from './outcomes.ts'
import { PickListChanges } from './pick-list-changes.tsx'
import { PickScan } from './pick-scan.tsx'
import { ShortDialog } from './short-dialog.tsx'
import { useDownload } from './use-documents.ts'
import { WAREHOUSE_STALE } from './use-release.ts'
import classes from './fulfillment.module.css'

/** A pick list, location by location: pick by scan, by click, or all that is open at once. */
export function PickListPage() {
  const { pickListId } = useParams({ strict: false }) as { pickListId: string }
  const { data: list, isError, error, refetch } = useGet<PickList>(`/v1/pick-lists/${pickListId}`)
  if (isError) return <ErrorState page error={error} retry={() => void refetch()} />
  if (list === undefined) return <PageSkeleton />
  return <PickListDocument list={list} />
}

function PickListDocument({ list }: { list: PickList }) {
  const { t } = useTranslation()
  const picks = list.picks ?? []
  const wanted = picks.reduce((sum, pick) => sum + pick.quantity, 0)
  const picked = picks.reduce((sum, pick) => sum + pick.picked_quantity, 0)
  const pick = usePicks()
  const [short, setShort] = useState<Pick | null>(null)
  return (
    <Page
      title={t('pickLists.one', { number: list.number })}
      beside={<StatusDot status={list.status} />}
      actions={<PickListActions list={list} open={picked < wanted} />}
    >
      <StepNotes step="pick" documents={picks.map((one) => one.item_id)} />
      <PickListChanges list={list} />
      <Section title={t('pickLists.picked', { picked, wanted })} actions={list.warehouse_code}>
        <Progress value={wanted === 0 ? 100 : (picked / wanted) * 100} size="sm" aria-label={t('pickLists.picked', { picked, wanted })} />
      </Section>
      <div style={{ height: 16 }} />
      <Section title={t('pickLists.picks')} flush>
        {picked < wanted ? <PickScan picks={picks} pick={(one, quantity) => pick.mutateAsync([{ pick_id: one.id, quantity }])} /> : null}
        {picks.map((one) => (
          <PickRow
            key={one.id}
            pick={one}
            busy={pick.isPending}
            onShort={() => setShort(one)}
            onPick={() => pick.mutate([{ pick_id: one.id, quantity: one.quantity - one.picked_quantity }])}
          />
        ))}
        {picked >= wanted && wanted > 0 ? <AllPicked picks={picks} /> : null}
      </Section>
      {short === null ? null : <ShortDialog pick={short} onClose={() => setShort(null)} />}
    </Page>
  )
}

function usePicks() {
  const { t } = useTranslation()
  return useCommand<{ pick_id: string; quantity: number }[], { outcomes: Outcome[] }>({
    path: '/v1/picks',
    body: (picks) => ({ picks }),
    stale: WAREHOUSE_STALE,
    after: (output) => refusedNotice(output.outcomes ?? [], t),
  })
}

function PickListActions({ list, open }: { list: PickList; open: boolean }) {
  const { t } = useTranslation()
  const may = useMay('warehouse.pick')
  const { busy, save } = useDownload()
  const pickAll = useCommand<void>({
    path: `/v1/pick-lists/${list.id}/picking`,
    body: () => ({}),
    stale: WAREHOUSE_STALE,
    done: () => t('pickLists.allPicked'),
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPrinter size={15} />}
        loading={busy}
        onClick={() => void save(`/v1/pick-lists/${list.id}/pick-list.pdf`)}
      >
        {t('pickLists.print')}
      </Button>
      <Button disabled={!open || !may} loading={pickAll.isPending} onClick={() => pickAll.mutate()}>
        {t('pickLists.pickAll')}
      </Button>
    </>
  )
}

function PickRow({ pick, busy, onPick, onShort }: { pick: Pick; busy: boolean; onPick: () => void; onShort: () => void }) {
  const { t } = useTranslation()
  const left = pick.quantity - pick.picked_quantity
  const done = left <= 0
  return (
    <div className={classes.pick} data-done={done || undefined}>
      <span className={classes.bin}>{pick.location_code}</span>
      <span>
        <strong>{pick.sku}</strong> {pick.name}
        <div className={classes.cardFacts}>
          <Link to={paths.shipment(pick.shipment_id)}>{t('shipments.one', { number: pick.shipment_number ?? '' })}</Link>
        </div>
      </span>
      <span style={{ fontWeight: 600 }}>{t('pickLists.ofQuantity', { picked: pick.picked_quantity, quantity: pick.quantity })}</span>
      {done || pick.status !== 'open' ? (
        <span style={{ textAlign: 'right' }}>
          <StatusDot status={pick.status} />
        </span>
      ) : (
        <span style={{ display: 'flex', gap: 6, justifyContent: 'flex-end' }}>
          <Button variant="subtle" color="gray" disabled={busy} onClick={onShort}>
            {t('exceptions.short.do')}
          </Button>
          <Button variant="default" leftSection={<IconCheck size={15} />} disabled={busy} onClick={onPick}>
            {t('pickLists.pickCount', { count: left })}
          </Button>
        </span>
      )}
    </div>
  )
}

function AllPicked({ picks }: { picks: readonly Pick[] }) {
  const { t } = useTranslation()
  const shipments = [...new Map(picks.map((pick) => [pick.shipment_id, pick.shipment_number])).entries()]
  return (
    <div className={classes.scan}>
      <strong>{t('pickLists.allPicked')}</strong>
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
        {shipments.map(([id, number]) => (
          <Button key={id} component={Link} to={paths.packing(id)} variant="default">
            {t('pickLists.packShipment', { number: number ?? '' })}
          </Button>
        ))}
      </div>
    </div>
  )
}
