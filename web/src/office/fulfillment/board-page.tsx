import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useOverview } from '../../api/queries.ts'
import type { Overview, Page as Rows, Shipment } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Page } from '../../kit/page.tsx'
import { BoardColumn } from './board-column.tsx'
import { CutOffClock } from './cut-off-clock.tsx'
import classes from './fulfillment.module.css'
import { type Step, STEPS } from './steps.ts'
import { FulfillmentTabs } from './fulfillment-tabs.tsx'

/** Rows asked for by a column; the count above it says how many there are in all. */
const COLUMN_ROWS = 100

/** What waits in the warehouse, by step: to release, to pick, to pack, to ship. On phones one step at a time. */
export function BoardPage() {
  const { t } = useTranslation()
  const search = useSearch({ strict: false }) as { step?: string }
  const navigate = useNavigate()
  const overview = useOverview().data
  const step = STEPS.find((one) => one.id === search.step) ?? STEPS[0]
  return (
    <Page title={t('board.title')} beside={<CutOffClock />}>
      <FulfillmentTabs />
      <div className={classes.steps} role="group" aria-label={t('board.step')}>
        {STEPS.map((one) => (
          <button
            key={one.id}
            type="button"
            aria-pressed={one.id === step.id}
            onClick={() => void navigate({ to: '.', search: { step: one.id } as never, replace: true })}
          >
            <StepName step={one} overview={overview} />
          </button>
        ))}
      </div>
      <div className={classes.board}>
        {STEPS.map((one) => (
          <Column key={one.id} step={one} current={one.id === step.id} overview={overview} />
        ))}
      </div>
    </Page>
  )
}

function StepName({ step, overview }: { step: Step; overview: Overview | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  return <>{overview === undefined ? t(`board.${step.id}`) : `${t(`board.${step.id}`)} · ${format.number(overview[step.count])}`}</>
}

function Column({ step, current, overview }: { step: Step; current: boolean; overview: Overview | undefined }) {
  const query = useGet<Rows<Shipment>>('/v1/shipments', { status: step.status, limit: COLUMN_ROWS })
  return (
    <BoardColumn
      step={step}
      current={current}
      count={overview?.[step.count]}
      rows={query.data?.data}
      error={query.error}
      retry={() => void query.refetch()}
    />
  )
}
