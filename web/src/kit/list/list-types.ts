import type { ReactNode } from 'react'

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

export interface BulkAction<Row> {
  label: (count: number) => string
  run: (rows: Row[]) => Promise<void>
  permission?: boolean
}

export interface ListProps<Row> {
  title: string
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
  bulk?: readonly BulkAction<Row>[]
  actions?: ReactNode
  /** Tabs or pickers above the rows. */
  above?: ReactNode
  empty: { title: string; detail: string; action?: ReactNode }
}
