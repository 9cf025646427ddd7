import type { ComponentType, ReactNode } from 'react'
import type { ListName } from './list-settings.ts'

export interface ListColumn<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** Track of a CSS grid, for instance `minmax(120px, 1fr)` or `90px`. */
  width: string
  /** Numbers stand at the end. */
  end?: boolean
  /** Shown on phones too (at most three columns). */
  phone?: boolean
}

export interface ListFilter {
  key: string
  label: string
  /** Choices; a filter without them takes text. */
  options?: readonly { value: string; label: string }[]
}

/** A named set of filters. */
export interface ListView {
  id: string
  label: string
  filters: Readonly<Record<string, string>>
}

/** Documents of the selected rows to print, many in a file. Words: `print.<kind>`. */
export interface PrintAction {
  kind: 'packing_slip' | 'label' | 'pick_list'
  /** Whose documents: of the rows themselves, or of the orders that the rows are. */
  by: 'rows' | 'orders'
}

/** What an action must be told besides the documents. */
export interface ActionFieldsProps {
  options: Record<string, unknown>
  onChange: (options: Record<string, unknown>) => void
}

/** An action on many documents that the server previews and runs in the background. Words: `bulk.<id>`. */
export interface ServerAction {
  id: string
  permission: string
  destructive?: boolean
  initial?: Record<string, unknown>
  fields?: ComponentType<ActionFieldsProps>
  /** Whether the options are complete enough to preview. */
  ready?: (options: Record<string, unknown>) => boolean
}

export interface ListProps<Row> {
  title: string
  /** Name by which the server counts, exports and keeps views of it; without one the list has none of that. */
  list?: ListName
  /** Actions the server runs on what is selected, or on all that match. */
  serverActions?: readonly ServerAction[]
  /** Filters that are set when the address has none at all. */
  initial?: Readonly<Record<string, string>>
  /** Where `E` edits a row. */
  editHref?: (row: Row) => string
  /** Address of the API that answers the rows. */
  path: string
  /** Query parameters that are always sent. */
  fixed?: Readonly<Record<string, string>>
  columns: readonly ListColumn<Row>[]
  rowId: (row: Row) => string
  /** What a row is called for people who do not see it. */
  rowLabel: (row: Row) => string
  rowHref?: (row: Row) => string
  peek?: (row: Row) => ReactNode
  filters?: readonly ListFilter[]
  views?: readonly ListView[]
  searchLabel?: string
  prints?: readonly PrintAction[]
  actions?: ReactNode
  /** Tabs or pickers above the rows. */
  above?: ReactNode
  empty: { title: string; detail: string; action?: ReactNode }
}
