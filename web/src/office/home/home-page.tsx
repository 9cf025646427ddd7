import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useMay, useSession, useVerification } from '../../api/queries.ts'
import type { Attention } from '../../api/report-shapes.ts'
import type { Page as Rows, StockRow } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { Page, Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { TextLink } from '../../kit/text-link.tsx'
import { paths } from '../../paths.ts'
import { ItemSalesSection } from './item-sales.tsx'
import { SalesSection } from './sales-section.tsx'
import kit from '../../kit/kit.module.css'
import classes from './home.module.css'

/** The list that holds what a kind of attention counts. */
const PLACES: Readonly<Record<string, { to: string; search?: Record<string, string> }>> = {
  to_release: { to: paths.fulfillment(), search: { step: 'release' } },
  to_pick: { to: paths.fulfillment(), search: { step: 'pick' } },
  to_pack: { to: paths.fulfillment(), search: { step: 'pack' } },
  to_ship: { to: paths.fulfillment(), search: { step: 'ship' } },
  late: { to: paths.orders(), search: { late: 'true' } },
  backordered: { to: paths.orders(), search: { reservation_status: 'backordered' } },
  task: { to: paths.tasks() },
  low_stock: { to: paths.stock(), search: { low: 'true' } },
  import_failed: { to: paths.imports() },
  verify_fault: { to: paths.verification() },
}

/** What needs a person, how the days went, what sells, and what the last proof of the numbers said: on one screen. */
export function HomePage() {
  const { t } = useTranslation()
  const { user } = useSession()
  const seesReports = useMay('reports.read')
  return (
    <Page title={t('home.title')} beside={<span className={kit.muted}>{user.name}</span>}>
      <div className={classes.columns}>
        <div>
          {seesReports ? <SalesSection /> : null}
          {seesReports ? (
            <div className={classes.pair}>
              <ItemSalesSection order="top" />
              <ItemSalesSection order="slow" />
            </div>
          ) : null}
        </div>
        <div>
          <Beside />
        </div>
      </div>
    </Page>
  )
}

/** What stands below the work is drawn once its rows are known, so that nothing moves while it is read. */
function Beside() {
  const { isPending: workPending } = useAttention()
  const { isPending: proofPending } = useVerification()
  const low = useGet<Rows<StockRow>>('/v1/stock/low', { limit: 4 })
  return (
    <>
      <Work />
      {workPending || proofPending ? null : (
        <>
          <Proof />
          <RunsOut rows={low.data?.data ?? []} />
        </>
      )}
    </>
  )
}

const useAttention = () => useGet<{ data: Attention[] }>('/v1/attention', {}, { refetchMs: 60_000 })

function Work() {
  const { t } = useTranslation()
  const { data, isPending, isError, error, refetch } = useAttention()
  return (
    <Section title={t('home.needsYou')} flush>
      {isError ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      {isPending ? <PageSkeleton /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('home.nothing')} detail={t('home.nothingDetail')} /> : null}
      <ul className={classes.work}>
        {(data?.data ?? []).map((row) => (
          <WorkRow key={`${row.kind}${row.detail ?? ''}`} row={row} />
        ))}
      </ul>
    </Section>
  )
}

function WorkRow({ row }: { row: Attention }) {
  const { t } = useTranslation()
  const format = useFormat()
  const place = row.kind === 'held' ? { to: paths.orders(), search: { hold_type: row.detail ?? '' } } : PLACES[row.kind]
  const words =
    row.kind === 'held'
      ? t(`hold.${row.detail}`, { defaultValue: row.detail ?? '' })
      : row.kind === 'task'
        ? t(`tasks.kind.${row.detail}`)
        : t(`attention.${row.kind}`, { count: row.count })
  return (
    <li>
      <Link to={place?.to ?? paths.home()} {...(place?.search === undefined ? {} : { search: place.search as never })}>
        <strong>{format.number(row.count)}</strong>
        <span>{words}</span>
        {row.oldest_at === null ? null : (
          <small title={format.dateTime(row.oldest_at)}>{t('board.oldest', { age: format.age(row.oldest_at) })}</small>
        )}
      </Link>
    </li>
  )
}

function Proof() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useVerification()
  return (
    <Section title={t('verification.title')} actions={<TextLink to={paths.verification()}>{t('action.open')}</TextLink>}>
      {isError ? <ErrorState error={error} /> : null}
      {data === undefined || isError ? null : data === null ? (
        <span className={kit.muted}>{t('verification.never')}</span>
      ) : (
        <>
          <StatusDot status={data.ok ? 'ok' : 'fault'} />
          <div className={kit.muted} style={{ fontSize: 13, marginTop: 6 }}>
            {t('verification.checksAt', { count: data.checks.length, when: format.dateTime(data.finished_at) })}
          </div>
        </>
      )}
    </Section>
  )
}

function RunsOut({ rows }: { rows: readonly StockRow[] }) {
  const { t } = useTranslation()
  if (rows.length === 0) return null
  return (
    <Section title={t('home.runsOut')} flush>
      <ul className={classes.work}>
        {rows.slice(0, 4).map((row) => (
          <li key={`${row.item_id}${row.warehouse_id}`}>
            <Link to={paths.stockItem(row.item_id)}>
              <strong>{row.available}</strong>
              <span>{`${row.sku} · ${row.name}`}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
