import { useLocation, useNavigate } from '@tanstack/react-router'
import { getCoreRowModel, useReactTable, type RowSelectionState } from '@tanstack/react-table'
import { Skeleton } from '@mantine/core'
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useList } from '../../api/queries.ts'
import { EmptyState, ErrorState } from '../states.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { FilterBar, ViewTabs } from './filter-bar.tsx'
import { ListGrid } from './list-grid.tsx'
import { leaveTrail, useListState } from './list-state.ts'
import type { ListProps } from './list-types.ts'
import { SidePanel } from './side-panel.tsx'
import classes from './list.module.css'

const NO_ROWS: never[] = []

/**
 * The one list of the office: views and filters in the address, virtual rows with keyset paging, selection with bulk actions,
 * keyboard (J, K, X, Enter, Space, Esc) and a side panel to peek. Lists differ only in what they are given.
 */
export function ListPage<Row>(props: ListProps<Row>) {
  const { t } = useTranslation()
  useDocumentTitle(`${props.title} · Tefter`)
  const state = useListState()
  const narrow = useMediaQuery('(max-width: 640px)') ?? false
  const query = useList<Row>(props.path, { ...props.fixed, ...state.filters })
  const rows = query.data?.rows ?? (NO_ROWS as Row[])
  const open = useOpenRow(props, rows)
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({})
  const columns = narrow && props.columns.some((column) => column.phone) ? props.columns.filter((column) => column.phone) : props.columns
  const table = useReactTable<Row>({
    data: rows,
    columns: columns.map((column) => ({ id: column.id, header: column.header })),
    getCoreRowModel: getCoreRowModel(),
    getRowId: props.rowId,
    state: { rowSelection },
    onRowSelectionChange: setRowSelection,
    enableRowSelection: props.bulk !== undefined,
  })
  const peeked = state.peek === undefined ? undefined : rows.find((row) => props.rowId(row) === state.peek)
  const filtered = Object.keys(state.filters).length > 0
  return (
    <div className={classes.list}>
      <ListHead props={props} state={state} count={rows.length} more={query.hasNextPage} />
      {query.isPending ? <ListSkeleton label={t('state.loading')} /> : null}
      {query.isError ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && rows.length === 0 ? <NoRows props={props} filtered={filtered} clear={state.clear} /> : null}
      {rows.length > 0 && !query.isError ? (
        <ListGrid
          label={props.title}
          table={table}
          columns={columns}
          rowLabel={props.rowLabel}
          selectable={props.bulk !== undefined}
          stale={query.isPlaceholderData}
          onEnd={() => query.hasNextPage && !query.isFetchingNextPage && void query.fetchNextPage()}
          onOpen={open}
          onPeek={
            props.peek === undefined
              ? undefined
              : (row) => state.set({ peek: state.peek === props.rowId(row) ? undefined : props.rowId(row) })
          }
          onEscape={() => (state.peek === undefined ? setRowSelection({}) : state.set({ peek: undefined }))}
        />
      ) : null}
      <BulkBar bulk={props.bulk} rows={table.getSelectedRowModel().rows.map((row) => row.original)} clear={() => setRowSelection({})} />
      {peeked === undefined || props.peek === undefined ? null : (
        <SidePanel title={props.rowLabel(peeked)} href={props.rowHref?.(peeked)} onClose={() => state.set({ peek: undefined })}>
          {props.peek(peeked)}
        </SidePanel>
      )}
    </div>
  )
}

function useOpenRow<Row>(props: ListProps<Row>, rows: readonly Row[]): (row: Row) => void {
  const navigate = useNavigate()
  const location = useLocation()
  return (row) => {
    const { rowHref } = props
    if (rowHref === undefined) return
    leaveTrail(location.href, rows.map(rowHref))
    void navigate({ to: rowHref(row) })
  }
}

function ListHead<Row>({
  props,
  state,
  count,
  more,
}: {
  props: ListProps<Row>
  state: ReturnType<typeof useListState>
  count: number
  more: boolean
}) {
  const { t } = useTranslation()
  return (
    <>
      <div className={classes.head}>
        <h1>{props.title}</h1>
        {props.views === undefined ? null : <ViewTabs views={props.views} state={state} />}
        {props.actions === undefined ? null : <div className={classes.actions}>{props.actions}</div>}
      </div>
      {props.above}
      {props.filters === undefined && props.searchLabel === undefined ? null : (
        <div style={{ display: 'flex', alignItems: 'start' }}>
          <FilterBar filters={props.filters ?? []} state={state} searchLabel={props.searchLabel} />
          <span className={classes.count} style={{ padding: '6px 24px 0 0', whiteSpace: 'nowrap' }} role="status">
            {count === 0 ? '' : t(more ? 'list.countMore' : 'list.count', { count })}
          </span>
        </div>
      )}
    </>
  )
}

function NoRows<Row>({ props, filtered, clear }: { props: ListProps<Row>; filtered: boolean; clear: () => void }) {
  const { t } = useTranslation()
  if (!filtered) return <EmptyState {...props.empty} />
  return (
    <EmptyState
      title={t('list.noMatch')}
      detail={t('list.noMatchDetail')}
      action={
        <button
          type="button"
          className={classes.chip}
          style={{ padding: '6px 14px', cursor: 'pointer', font: 'inherit', color: 'inherit' }}
          onClick={clear}
        >
          {t('list.clear')}
        </button>
      }
    />
  )
}

function ListSkeleton({ label }: { label: string }) {
  return (
    <div className={classes.skeleton} role="status" aria-label={label}>
      {[72, 90, 64, 84, 78, 92, 70, 81].map((width) => (
        <Skeleton key={width} h={18} w={`${width}%`} />
      ))}
    </div>
  )
}
