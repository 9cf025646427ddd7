import { Button, Checkbox, Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shipment } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { ErrorState } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { paths } from '../../paths.ts'
import { StepActions } from './step-actions.tsx'
import type { Step } from './steps.ts'
import classes from './fulfillment.module.css'

interface BoardColumnProps {
  step: Step
  current: boolean
  count: number | undefined
  rows: Shipment[] | undefined
  error: unknown
  retry: () => void
}

/** One step of the board: its shipments, oldest first, and what can be done with the selected ones. */
export function BoardColumn({ step, current, count, rows, error, retry }: BoardColumnProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const chosen = (rows ?? []).filter((one) => selected.has(one.id))
  const toggle = (id: string) => setSelected((was) => (was.has(id) ? new Set([...was].filter((one) => one !== id)) : new Set([...was, id])))
  const all = rows !== undefined && rows.length > 0 && chosen.length === rows.length
  const oldest = (rows ?? []).reduce<string | null>((min, one) => (min === null || one.created_at < min ? one.created_at : min), null)
  return (
    <section className={classes.column} aria-label={t(`board.${step.id}`)} data-current={current || undefined}>
      <header>
        <Checkbox
          aria-label={t('board.selectAll', { step: t(`board.${step.id}`) })}
          checked={all}
          indeterminate={!all && chosen.length > 0}
          disabled={rows === undefined || rows.length === 0}
          onChange={() => setSelected(all ? new Set() : new Set((rows ?? []).map((one) => one.id)))}
        />
        <h2>{t(`board.${step.id}`)}</h2>
        <span>{count === undefined ? '' : format.number(count)}</span>
        <small>{oldest === null ? '' : t('board.oldest', { age: format.age(oldest) })}</small>
      </header>
      <StepActions step={step} chosen={chosen} clear={() => setSelected(new Set())} />
      {error ? <ErrorState error={error} retry={retry} /> : null}
      {rows === undefined && !error ? (
        <div className={classes.waiting} role="status" aria-label={t('state.loading')}>
          {[80, 60, 72].map((width) => (
            <Skeleton key={width} h={14} w={`${width}%`} />
          ))}
        </div>
      ) : null}
      {rows?.length === 0 ? <p className={classes.none}>{t(`board.none.${step.id}`)}</p> : null}
      <ul>
        {(rows ?? []).map((shipment) => (
          <Card key={shipment.id} shipment={shipment} step={step} selected={selected.has(shipment.id)} toggle={() => toggle(shipment.id)} />
        ))}
      </ul>
    </section>
  )
}

function Card({ shipment, step, selected, toggle }: { shipment: Shipment; step: Step; selected: boolean; toggle: () => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = t('shipments.one', { number: shipment.number })
  const units = shipment.quantity
  return (
    <li className={classes.card} data-selected={selected || undefined}>
      <Checkbox aria-label={t('list.select', { name })} checked={selected} onChange={toggle} />
      <div>
        <Link to={paths.shipment(shipment.id)}>{name}</Link>
        <div className={classes.cardFacts}>{[shipment.ship_to?.name, shipment.ship_to?.country].filter(Boolean).join(' · ')}</div>
        <div className={classes.cardFacts}>
          {[shipment.warehouse_code, units === undefined ? null : t('word.units', { count: units }), format.age(shipment.created_at)]
            .filter(Boolean)
            .join(' · ')}
        </div>
        {shipment.held ? <StatusDot status="held" /> : null}
      </div>
      {step.id === 'pack' ? (
        <Button component={Link} to={paths.packing(shipment.id)} variant="default" size="compact-xs">
          {t('action.pack')}
        </Button>
      ) : null}
    </li>
  )
}
