import { Checkbox } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import type { Row as TableRow, Table } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useId, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { keepScroll, keptScroll } from './list-state.ts'
import type { ListColumn } from './list-types.ts'
import classes from './list.module.css'

/** Rows before the end at which the next page is asked for. */
const AHEAD = 20

interface ListGridProps<Row> {
  label: string
  table: Table<Row>
  columns: readonly ListColumn<Row>[]
  rowLabel: (row: Row) => string
  selectable: boolean
  stale: boolean
  /** Height of a row in pixels. */
  rowPx: number
  onEdit: ((row: Row) => void) | undefined
  onEnd: () => void
  onOpen: (row: Row) => void
  onPeek: ((row: Row) => void) | undefined
  onEscape: () => void
}

/** The rows of a list: only those in sight are drawn; the grid takes the keyboard. */
export function ListGrid<Row>(props: ListGridProps<Row>) {
  const { table, columns, selectable } = props
  const rows = table.getRowModel().rows
  const scroller = useRef<HTMLDivElement>(null)
  const { href } = useLocation()
  const place = href.replace(/[?&]peek=[^&]*/, '')
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => props.rowPx,
    overscan: 12,
    initialOffset: () => keptScroll(place),
    onChange: (instance) => keepScroll(place, instance.scrollOffset ?? 0),
  })
  const [active, setActive] = useState(0)
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const { onEnd } = props
  useEffect(() => {
    if (last >= rows.length - AHEAD) onEnd()
  }, [last, rows.length, onEnd])
  const id = useId()
  const template = `${selectable ? '20px ' : ''}${columns.map((column) => column.width).join(' ')}`
  const onKeyDown = useGridKeys(props, rows, active, (index) => {
    setActive(index)
    virtual.scrollToIndex(index)
  })
  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable={selectable}
      aria-activedescendant={rows.length > 0 && shown.some((item) => item.index === active) ? `${id}${active}` : undefined}
      tabIndex={0}
      data-stale={props.stale || undefined}
      data-list-grid
      style={{ '--t-row': `${props.rowPx}px` } as CSSProperties}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup">
        <HeaderRow table={table} columns={columns} template={template} selectable={selectable} />
      </div>
      <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => {
          const row = rows[item.index]
          return row === undefined ? null : (
            <GridRow
              key={row.id}
              id={`${id}${item.index}`}
              row={row}
              index={item.index}
              top={item.start}
              active={item.index === active}
              template={template}
              grid={props}
              onActive={() => setActive(item.index)}
            />
          )
        })}
      </div>
    </div>
  )
}

function HeaderRow<Row>({
  table,
  columns,
  template,
  selectable,
}: {
  table: Table<Row>
  columns: readonly ListColumn<Row>[]
  template: string
  selectable: boolean
}) {
  const { t } = useTranslation()
  return (
    <div role="row" aria-rowindex={1} className={`${classes.row} ${classes.header}`} style={{ gridTemplateColumns: template }}>
      {selectable ? (
        <div role="columnheader">
          <Checkbox
            aria-label={t('list.selectAll')}
            checked={table.getIsAllRowsSelected()}
            indeterminate={table.getIsSomeRowsSelected()}
            onChange={() => table.toggleAllRowsSelected()}
          />
        </div>
      ) : null}
      {columns.map((column) => (
        <div key={column.id} role="columnheader" className={classes.cell} data-end={column.end || undefined}>
          {column.header}
        </div>
      ))}
    </div>
  )
}

interface GridRowProps<Row> {
  id: string
  row: TableRow<Row>
  index: number
  top: number
  active: boolean
  template: string
  grid: ListGridProps<Row>
  onActive: () => void
}

function GridRow<Row>({ id, row, index, top, active, template, grid, onActive }: GridRowProps<Row>) {
  const { t } = useTranslation()
  return (
    // The keyboard works on the grid as a whole (`aria-activedescendant`); the mouse on the row.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={grid.selectable ? row.getIsSelected() : undefined}
      className={classes.row}
      data-active={active || undefined}
      style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
      onClick={(event) => {
        onActive()
        if (!(event.target as HTMLElement).closest('a,button,input,label')) grid.onOpen(row.original)
      }}
    >
      {grid.selectable ? (
        <div role="gridcell">
          <Checkbox
            aria-label={t('list.select', { name: grid.rowLabel(row.original) })}
            checked={row.getIsSelected()}
            onChange={() => row.toggleSelected()}
            tabIndex={-1}
          />
        </div>
      ) : null}
      {grid.columns.map((column) => (
        <div key={column.id} role="gridcell" className={classes.cell} data-end={column.end || undefined}>
          {column.cell(row.original)}
        </div>
      ))}
    </div>
  )
}

function useGridKeys<Row>(props: ListGridProps<Row>, rows: readonly TableRow<Row>[], active: number, move: (index: number) => void) {
  return (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if ((event.target as HTMLElement).closest('a,button') && (event.key === 'Enter' || event.key === ' ')) return
    if ((event.target as HTMLElement).matches('input') && event.key === ' ') return
    const row = rows[active]
    const keys: Record<string, (() => void) | undefined> = {
      j: () => move(Math.min(rows.length - 1, active + 1)),
      ArrowDown: () => move(Math.min(rows.length - 1, active + 1)),
      k: () => move(Math.max(0, active - 1)),
      ArrowUp: () => move(Math.max(0, active - 1)),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      x: () => row?.toggleSelected(),
      Enter: () => row !== undefined && props.onOpen(row.original),
      ' ': () => row !== undefined && props.onPeek?.(row.original),
      e: () => row !== undefined && props.onEdit?.(row.original),
      Escape: props.onEscape,
    }
    const run = keys[event.key]
    if (run === undefined) return
    event.preventDefault()
    run()
  }
}
