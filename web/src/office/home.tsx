import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useGet, useOverview, useSession, useVerification } from '../api/queries.ts'
import type { Overview, Page as Rows, StockRow } from '../api/shapes.ts'
import { useFormat } from '../kit/format.ts'
import { Columns, Page, Section } from '../kit/page.tsx'
import { EmptyState, ErrorState, PageSkeleton } from '../kit/states.tsx'
import { StatusDot } from '../kit/status.tsx'
import { TextLink } from '../kit/text-link.tsx'
import { paths } from '../paths.ts'
import classes from '../kit/kit.module.css'

const WORK = [
  { count: 'held', to: paths.orders(), search: { held: 'true' } },
  { count: 'backordered', to: paths.orders(), search: { reservation_status: 'backordered' } },
  { count: 'to_release', to: paths.fulfillment(), search: { step: 'release' } },
  { count: 'to_pick', to: paths.fulfillment(), search: { step: 'pick' } },
  { count: 'to_pack', to: paths.fulfillment(), search: { step: 'pack' } },
  { count: 'to_ship', to: paths.fulfillment(), search: { step: 'ship' } },
  { count: 'low_stock', to: paths.stock(), search: { low: 'true' } },
  { count: 'imports_failed', to: paths.imports(), search: {} },
] as const satisfies readonly { count: keyof Overview; to: string; search: Record<string, string> }[]

/** What needs a person, and what the last proof of the numbers said. */
export function HomePage() {
  const { t } = useTranslation()
  const { user } = useSession()
  const overview = useOverview()
  return (
    <Page title={t('home.title')} beside={<span className={classes.muted}>{user.name}</span>}>
      <Columns
        main={
          <Section title={t('home.needsYou')} flush>
            {overview.isError ? <ErrorState error={overview.error} retry={() => void overview.refetch()} /> : null}
            {overview.isPending ? <PageSkeleton /> : null}
            {overview.data === undefined ? null : <Work overview={overview.data} />}
          </Section>
        }
        side={
          <>
            <Proof />
            <RunsOut />
          </>
        }
      />
    </Page>
  )
}

function Work({ overview }: { overview: Overview }) {
  const { t } = useTranslation()
  const format = useFormat()
  const open = WORK.filter((one) => overview[one.count] > 0)
  if (open.length === 0) return <EmptyState title={t('home.nothing')} detail={t('home.nothingDetail')} />
  return (
    <ul className={classes.counts}>
      {open.map((one) => (
        <li key={one.count}>
          <Link to={one.to} search={one.search as never}>
            <strong>{format.number(overview[one.count])}</strong>
            <span>{t(`home.${one.count}`, { count: overview[one.count] })}</span>
          </Link>
        </li>
      ))}
    </ul>
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
        <span className={classes.muted}>{t('verification.never')}</span>
      ) : (
        <>
          <StatusDot status={data.ok ? 'ok' : 'fault'} />
          <div className={classes.muted} style={{ fontSize: 13, marginTop: 6 }}>
            {t('verification.checksAt', { count: data.checks.length, when: format.dateTime(data.finished_at) })}
          </div>
        </>
      )}
    </Section>
  )
}

function RunsOut() {
  const { t } = useTranslation()
  const { data } = useGet<Rows<StockRow>>('/v1/stock/low', { limit: 8 })
  if (data === undefined || data.data.length === 0) return null
  return (
    <Section title={t('home.runsOut')} flush>
      <ul className={classes.counts}>
        {data.data.slice(0, 8).map((row) => (
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
