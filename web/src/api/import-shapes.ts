/** What the API answers about files that are taken in. */
export interface ImportProblem {
  row: number | null
  column?: string | null
  code: string
  message: string
  fix?: string | null
  value?: string | null
}

export interface ImportRun {
  id: string
  kind: string
  format?: string
  file_name?: string
  status: string
  rows_total: number
  rows_done: number
  rows_bad: number
  created_at?: string
  finished_at?: string | null
  skip_bad?: boolean
  problems?: ImportProblem[]
  problem_count?: number
  warnings?: ImportProblem[]
  warning_count?: number
  unknown_columns?: string[]
  totals?: Record<string, unknown> | null
  /** Headers as they stand in the file. */
  header?: string[]
  settings?: ImportSettings
  edits?: Record<string, Record<string, string> | null>
}

export interface ImportSettings {
  encoding?: string
  sheet?: string
  columns?: Record<string, string>
  constants?: Record<string, string>
  decimal_comma?: boolean
  dates?: 'iso' | 'day_first' | 'month_first'
}

export interface ImportFormat {
  kind: string
  name: string
  summary: string
  foreign: boolean
  columns: { name: string; required: boolean; about: string }[]
}

export interface ImportMapping {
  id: string
  name: string
  kind: string
  settings: ImportSettings
}

export interface BadRows {
  header: string[]
  rows: { row: number; cells: string[]; edited: boolean }[]
}

export interface UndoPreview {
  orders_to_cancel: number
  receipts_to_reverse: number
  items_to_archive: number
  already_undone: number
  obstacles: { document_type: string; document_id: string; name: string; reason: string }[]
  obstacle_count: number
}

export interface OpeningTotals {
  items: number
  customers: number
  stock_units: number
  stock_value: number
  open_orders: number
  open_orders_total: number
}

export interface Opening {
  id: string
  status: string
  file_name: string
  parts: string[]
  computed: OpeningTotals | null
  stated: Partial<OpeningTotals> | null
  problems: (ImportProblem & { part: string })[]
  problem_count: number
  created_at: string
  accepted_at: string | null
}
