import { ActionIcon, Button } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { IconArrowLeft, IconVolume, IconVolumeOff } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../api/queries.ts'
import type { Shipment } from '../api/shapes.ts'
import { ShipmentNotes } from '../kit/notes.tsx'
import { ErrorState, PageSkeleton } from '../kit/states.tsx'
import { paths } from '../paths.ts'
import { PackingDone } from './packing-done.tsx'
import { PackingForm } from './packing-form.tsx'
import { PackingLines } from './packing-lines.tsx'
import { PackingScan } from './packing-scan.tsx'
import { leftInAll, leftOf, type Packed } from './packing-state.ts'
import { isMuted, setMuted } from './sounds.ts'
import classes from './packing.module.css'

/** The packing station: one shipment, full screen; scan every piece, weigh the parcel, print the label, ship. */
export function PackingPage() {
  const { shipmentId } = useParams({ strict: false }) as { shipmentId: string }
  const { data: shipment, isError, error, refetch } = useGet<Shipment>(`/v1/shipments/${shipmentId}`)
  return (
    <main className={classes.station}>
      {isError ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {shipment === undefined && !isError ? <PageSkeleton /> : null}
      {shipment === undefined ? null : <Station key={shipment.id} shipment={shipment} />}
    </main>
  )
}

function Station({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const [packed, setPacked] = useState<Packed>({})
  const newest = useRef<Packed>({})
  const pack = (next: Packed) => {
    newest.current = next
    setPacked(next)
  }
  const lines = shipment.lines ?? []
  const left = leftInAll(lines, packed)
  useDocumentTitle(`${t('packing.title', { number: shipment.number })} · Tefter`)
  const packAll = () => pack(Object.fromEntries(lines.map((line) => [line.id, (packed[line.id] ?? 0) + leftOf(line, packed)])))
  return (
    <>
      <StationHead shipment={shipment} />
      <ShipmentNotes shipment={shipment} />
      {shipment.status === 'picked' ? (
        <div className={classes.work}>
          <div>
            <PackingScan lines={lines} packed={packed} now={() => newest.current} onPacked={pack} left={left} />
            <PackingLines lines={lines} packed={packed} />
            {left > 0 ? (
              <Button variant="subtle" onClick={packAll} mt="sm">
                {t('packing.packWithoutScan', { count: left })}
              </Button>
            ) : null}
          </div>
          <PackingForm shipment={shipment} complete={left === 0} />
        </div>
      ) : (
        <PackingDone shipment={shipment} />
      )}
    </>
  )
}

function StationHead({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation()
  const [quiet, setQuiet] = useState(isMuted())
  const toggle = () => {
    setMuted(!quiet)
    setQuiet(!quiet)
  }
  return (
    <header className={classes.head}>
      <ActionIcon component={Link} to={paths.fulfillment()} variant="default" size={44} aria-label={t('packing.leave')}>
        <IconArrowLeft size={22} />
      </ActionIcon>
      <div>
        <h1>{t('packing.title', { number: shipment.number })}</h1>
        <p>
          {[
            shipment.ship_to?.name,
            shipment.ship_to?.city,
            shipment.ship_to?.country,
            (shipment.orders ?? []).map((order) => `#${order.number}`).join(' '),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <ActionIcon
        variant="default"
        size={44}
        aria-pressed={quiet}
        aria-label={quiet ? t('packing.soundOn') : t('packing.soundOff')}
        onClick={toggle}
        ml="auto"
      >
        {quiet ? <IconVolumeOff size={22} /> : <IconVolume size={22} />}
      </ActionIcon>
    </header>
  )
}
