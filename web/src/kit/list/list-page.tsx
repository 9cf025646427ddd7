import { useLocation, useNavigate } from '@tanstack/react-router'
import { getCoreRowModel, useReactTable, type RowSelectionState } from '@tanstack/react-table'
import { Skeleton } from '@mantine/core'
import { useDocumentTitle, useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useList, useMay } from '../../api/queries.ts'
import { EmptyState, ErrorState } from '../states.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { FilterBar, ViewTabs } from './filter-bar.tsx'
import { ListGrid } from './list-grid.tsx'
import { ROW_PX, useListSettings } from './list-settings.ts'
import { leaveTrail, useListState, type ListState } from './list-state.ts'
import { DisplayMenu, ExportMenu, ListTotal, useExport } from './list-tools.tsx'
import type { ListColumn, ListProps, PrintAction, ServerAction } from './list-types.ts'
import { PrintDialog } from './print-dialog.tsx'
import { SavedViewTabs, SaveView } from './saved-views.tsx'
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
  const state = useListState(props.initial)
  const settings = useListSettings(props.list)
  const query = useList<Row>(props.path, { ...props.fixed, ...state.filters })
  const rows = query.data?.rows ?? (NO_ROWS as Row[])
  const { open, edit } = useOpenRow(props, rows)
  const columns = useShownColumns(props.columns, settings.preference.hidden)
  const { table, selection, bar } = useSelection(props, rows, columns, state)
  const peeked = state.peek === undefined ? undefined : rows.find((row) => props.rowId(row) === state.peek)
  return (
    <div className={classes.list}>
      <ListHead
        props={props}
        state={state}
        settings={settings}
        count={rows.length}
        more={query.hasNextPage}
        empty={query.isSuccess && rows.length === 0}
      />
      {query.isPending ? <ListSkeleton label={t('state.loading')} /> : null}
      {query.isError ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <NoRows props={props} filtered={isNarrowed(state.filters, props.initial)} clear={state.clear} />
      ) : null}
      {rows.length > 0 && !query.isError ? (
        <ListGrid
          key={settings.preference.density}
          label={props.title}
          table={table}
          columns={columns}
          rowLabel={props.rowLabel}
          selectable={selection.possible}
          stale={query.isPlaceholderData}
          rowPx={ROW_PX[settings.preference.density]}
          onEnd={() => query.hasNextPage && !query.isFetchingNextPage && void query.fetchNextPage()}
          onOpen={open}
          onEdit={edit}
          onPeek={
            props.peek === undefined
              ? undefined
              : (row) => state.set({ peek: state.peek === props.rowId(row) ? undefined : props.rowId(row) })
          }
          onEscape={() => (state.peek === undefined ? selection.clear() : state.set({ peek: undefined }))}
        />
      ) : null}
      {bar(query.hasNextPage)}
      {peeked === undefined || props.peek === undefined ? null : (
        <SidePanel title={props.rowLabel(peeked)} href={props.rowHref?.(peeked)} onClose={() => state.set({ peek: undefined })}>
          {props.peek(peeked)}
        </SidePanel>
      )}
    </div>
  )
}

/** Whether a person narrowed the list: other filters than those it comes with. */
function isNarrowed(filters: Readonly<Record<string, string>>, initial: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(filters).some(([key, value]) => initial[key] !== value)
}

function useShownColumns<Row>(columns: readonly ListColumn<Row>[], hidden: readonly string[]): readonly ListColumn<Row>[] {
  const narrow = useMediaQuery('(max-width: 640px)') ?? false
  if (narrow && columns.some((column) => column.phone)) return columns.filter((column) => column.phone)
  return columns.filter((column, index) => index === 0 || !hidden.includes(column.id))
}

/** Rows that are selected by id, so that live updates do not lose them; or all that match. Answers the bar that acts on them. */
function useSelection<Row>(props: ListProps<Row>, rows: Row[], columns: readonly ListColumn<Row>[], state: ListState) {
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({})
  const filterKey = JSON.stringify(state.filters)
  const [allOf, setAllOf] = useState<string | null>(null)
  const [action, setAction] = useState<ServerAction | null>(null)
  const [printed, setPrinted] = useState<PrintAction | null>(null)
  const { serverActions = [], prints = [] } = props
  const mayExport = useMay('exports.run')
  const possible = serverActions.length > 0 || prints.length > 0
  const table = useReactTable<Row>({
    data: rows,
    columns: columns.map((column) => ({ id: column.id, header: column.header })),
    getCoreRowModel: getCoreRowModel(),
    getRowId: props.rowId,
    state: { rowSelection },
    onRowSelectionChange: (change) => {
      setAllOf(null)
      setRowSelection(change)
    },
    enableRowSelection: possible,
  })
  const clear = () => {
    setAllOf(null)
    setRowSelection({})
  }
  // What was selected under other filters is not all that match under these.
  const all = allOf === filterKey
  const selected = table.getSelectedRowModel().rows.map((row) => row.original)
  const whole = table.getIsAllRowsSelected()
  const filters = { ...props.fixed, ...state.filters }
  const selection = all ? { filters } : { ids: selected.map(props.rowId) }
  const { start } = useExport(props.list ?? 'orders', filters)
  const bar = (more: boolean) => (
    <>
      <BulkBar
        prints={prints}
        actions={serverActions}
        count={selected.length}
        all={all}
        onAll={serverActions.length > 0 && whole && more ? () => setAllOf(filterKey) : undefined}
        onAction={setAction}
        onPrint={setPrinted}
        onExport={mayExport && props.list !== undefined ? () => void start('csv', selection) : undefined}
        clear={clear}
      />
      {action === null || props.list === undefined ? null : (
        <BulkDialog list={props.list} action={action} selection={selection} onClose={() => setAction(null)} onStarted={clear} />
      )}
      {printed === null ? null : <PrintDialog list={props.list} action={printed} selection={selection} onClose={() => setPrinted(null)} />}
    </>
  )
  return { table, selection: { possible, clear }, bar }
}

function useOpenRow<Row>(props: ListProps<Row>, rows: readonly Row[]) {
  const navigate = useNavigate()
  const location = useLocation()
  const go = (to: ((row: Row) => string) | undefined) => (row: Row) => {
    if (to === undefined) return
    if (props.rowHref !== undefined) leaveTrail(location.href, rows.map(props.rowHref))
    void navigate({ to: to(row) })
  }
  return { open: go(props.rowHref), edit: props.editHref === undefined ? undefined : go(props.editHref) }
}

function ListHead<Row>({
  props,
  state,
  settings,
  count,
  more,
  empty,
}: {
  props: ListProps<Row>
  state: ListState
  settings: ReturnType<typeof useListSettings>
  count: number
  more: boolean
  /** Nothing was found; the total is asked for together with the rows, not after them. */
  empty: boolean
}) {
  const { t } = useTranslation()
  const filters = { ...props.fixed, ...state.filters }
  const shown = count === 0 ? '' : t(more ? 'list.countMore' : 'list.count', { count })
  const saving = settings.may && props.list !== undefined && Object.keys(state.filters).length > 0
  return (
    <>
      <div className={classes.head}>
        <h1>{props.title}</h1>
        {props.views === undefined && settings.views.length === 0 ? null : (
          <ViewTabs views={props.views ?? []} state={state}>
            <SavedViewTabs views={settings.views} state={state} />
          </ViewTabs>
        )}
        {saving && props.list !== undefined ? <SaveView list={props.list} filters={state.filters} /> : null}
        <div className={classes.actions} data-palette>
          {props.list === undefined ? null : (
            <>
              <DisplayMenu columns={props.columns} settings={settings} />
              <ExportMenu list={props.list} filters={filters} />
            </>
          )}
          {props.actions}
        </div>
      </div>
      {props.above}
      {props.filters === undefined && props.searchLabel === undefined ? null : (
        <div className={classes.filterRow}>
          <FilterBar filters={props.filters ?? []} state={state} searchLabel={props.searchLabel} />
          <ListTotal list={empty ? undefined : props.list} filters={filters} otherwise={shown} />
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
