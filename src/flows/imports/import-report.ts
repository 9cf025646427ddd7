import { type Static, Type } from 'typebox'
import { exactly, nullable } from '../../kernel/schema.ts'

const Text = nullable(Type.String())

/** One fault or remark. `row` counts as a spreadsheet does (the header is row 1), null for the whole file; `column` is the header's text. */
export const ImportProblem = exactly({
  row: nullable(Type.Integer()),
  column: Text,
  code: Type.String(),
  message: Type.String(),
  fix: Text,
  value: Text,
})
export type ImportProblem = Static<typeof ImportProblem>

/** What a file held and what became of it. Lists are cut; `problem_count` and `warning_count` are not. */
export const ImportSummary = exactly({
  rows_total: Type.Integer(),
  rows_done: Type.Integer(),
  rows_bad: Type.Integer(),
  problems: Type.Array(ImportProblem),
  problem_count: Type.Integer(),
  warnings: Type.Array(ImportProblem),
  warning_count: Type.Integer(),
  unknown_columns: Type.Array(Type.String()),
  encoding: Text,
  delimiter: Text,
  totals: Type.Record(Type.String(), Type.Unknown()),
  /** Headers as they stand in the file, for the mapping. */
  header: Type.Array(Type.String()),
})
export type ImportSummary = Static<typeof ImportSummary>

/** Most problems, and most warnings, that a report lists. */
const MAX_LISTED = 1000
/** Longest value quoted in a problem, in characters. */
const MAX_VALUE = 100

/** Gathers what is found while a file is read and written. Row numbers count as a spreadsheet does. */
export class ImportReport {
  rowsTotal = 0
  rowsDone = 0
  rowsSkipped = 0
  encoding: string | null = null
  delimiter: string | null = null
  unknownColumns: string[] = []
  /** Headers as they stand in the file. */
  header: string[] = []
  /** Sums and counts a format wants to show, such as orders made or amounts by class. */
  totals: Record<string, unknown> = {}
  /** The file as a whole cannot be taken in. */
  isBroken = false
  readonly #problems: ImportProblem[] = []
  readonly #warnings: ImportProblem[] = []
  readonly #badRows = new Set<number>()
  #problemCount = 0
  #warningCount = 0

  get rowsBad(): number {
    return this.#badRows.size
  }

  isBadRow(row: number): boolean {
    return this.#badRows.has(row)
  }

  /** A fault of a row: the row is not taken in. */
  problem(problem: ImportProblem & { row: number }): void {
    this.#badRows.add(problem.row)
    this.#problemCount += 1
    if (this.#problems.length < MAX_LISTED) this.#problems.push(short(problem))
  }

  /** More rows that fall with a bad one (the other lines of its order); they count as bad and are not listed. */
  alsoBad(rows: Iterable<number>): void {
    for (const row of rows) this.#badRows.add(row)
  }

  /** Rows left out with a reason; they are neither written nor bad. */
  alsoSkipped(rows: number): void {
    this.rowsSkipped += rows
  }

  /** A fault of the whole file: nothing is written. Stands first in the list. */
  breakOff(problem: Omit<ImportProblem, 'column' | 'value'> & Partial<Pick<ImportProblem, 'column' | 'value'>>): void {
    this.isBroken = true
    this.#problemCount += 1
    this.#problems.unshift(short({ column: null, value: null, ...problem }))
  }

  /** Worth knowing, but nothing is refused for it. */
  warn(problem: ImportProblem): void {
    this.#warningCount += 1
    if (this.#warnings.length < MAX_LISTED) this.#warnings.push(short(problem))
  }

  summary(): ImportSummary {
    return {
      rows_total: this.rowsTotal,
      rows_done: this.rowsDone,
      rows_bad: this.rowsBad,
      problems: this.#problems.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0)),
      problem_count: this.#problemCount,
      warnings: this.#warnings,
      warning_count: this.#warningCount,
      unknown_columns: this.unknownColumns,
      encoding: this.encoding,
      delimiter: this.delimiter,
      totals: this.totals,
      header: this.header.slice(0, 200),
    }
  }
}

function short(problem: ImportProblem): ImportProblem {
  const { value } = problem
  return value !== null && value.length > MAX_VALUE ? { ...problem, value: `${value.slice(0, MAX_VALUE)}…` } : problem
}
