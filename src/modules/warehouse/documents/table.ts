/** A table that runs over pages: its head is repeated, rows are never cut, and each page keeps room for its foot. */

import { GRAY, INK, LEADING, drawLines, drawRule, textWidth, wrapText } from './page.ts'
import type { FontWeight } from './fonts.ts'
import type { TextStyle } from './page.ts'

/** Widths are points; the columns together fill the table. */
export type Column = { readonly caption: string; readonly width: number; readonly align?: 'left' | 'right' }

/** A line of a cell: wrapped to the column, or shrunk onto one line where it must stay whole (a number that is typed again). */
export type CellLine = {
  readonly text: string
  readonly size?: number
  readonly weight?: FontWeight
  readonly color?: string
  readonly oneLine?: boolean
}

export type Cell = readonly CellLine[]

/** `indent` shifts the cells that hold text (all but numbers); `keepWithNext` never leaves the row alone at a page's end. */
export type Row = {
  readonly cells: readonly Cell[]
  readonly indent?: number
  readonly keepWithNext?: boolean
  readonly ruleAbove?: boolean
  /** Instead of the table's padding, where rows belong together. */
  readonly padding?: { readonly above: number; readonly below: number }
  /** Draws beside the text, for example a check box, given the row's top. */
  readonly drawBeside?: (top: number) => void
}

export type Table = {
  readonly x: number
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Space between columns, inside their widths, at their right. */
  readonly gutter: number
  readonly rowPadding: number
  /** The last y that a row may reach. */
  readonly bottom: number
  /** Opens the next page, draws its head and answers the y where the table goes on. */
  readonly nextPage: () => number
}

const BODY_SIZE = 9
const HEAD_SIZE = 7
/** Noto Sans puts the base line 1.069 of the size below the top of a line. */
const ASCENT = 1.069
/** A name that needs more lines than this is cut; 120 characters need three. */
const CELL_LINES_MAX = 6

/** Draws all rows from `top` and answers the y below the last one, on the page that is then current. */
export function drawTable(pdf: PDFKit.PDFDocument, table: Table, top: number): number {
  let y = drawHead(pdf, table, top)
  table.rows.forEach((row, index) => {
    const height = rowHeight(pdf, table, row)
    const next = row.keepWithNext ? table.rows[index + 1] : undefined
    const needed = height + (next ? rowHeight(pdf, table, next) : 0)
    let firstOnPage = index === 0
    if (y + needed > table.bottom) {
      drawRule(pdf, { x: table.x, y }, tableWidth(table))
      y = drawHead(pdf, table, table.nextPage())
      firstOnPage = true
    }
    if (row.ruleAbove !== false && !firstOnPage) drawRule(pdf, { x: table.x, y }, tableWidth(table))
    drawRow(pdf, table, row, y + paddingOf(table, row).above)
    y += height
  })
  drawRule(pdf, { x: table.x, y }, tableWidth(table), { color: INK, thickness: 0.8 })
  return y
}

function paddingOf(table: Table, row: Row): { readonly above: number; readonly below: number } {
  return row.padding ?? { above: table.rowPadding, below: table.rowPadding }
}

function tableWidth(table: Table): number {
  return table.columns.reduce((sum, column) => sum + column.width, 0)
}

/** Captions of columns stand on one base line; a long one wraps upward. */
function drawHead(pdf: PDFKit.PDFDocument, table: Table, top: number): number {
  const styleOf = (column: Column): TextStyle => ({
    size: HEAD_SIZE,
    weight: 'semibold',
    color: GRAY,
    width: column.width - gutterOf(table, column),
    align: column.align ?? 'left',
  })
  const wrapped = table.columns.map((column) => wrapText(pdf, column.caption, styleOf(column)))
  const lineCount = Math.max(...wrapped.map((lines) => lines.length))
  const advance = HEAD_SIZE * LEADING
  let { x } = table
  table.columns.forEach((column, index) => {
    const lines = wrapped[index] ?? []
    drawLines(pdf, lines, { x, y: top + (lineCount - lines.length) * advance }, styleOf(column))
    x += column.width
  })
  const bottom = top + lineCount * advance + 4
  drawRule(pdf, { x: table.x, y: bottom }, tableWidth(table), { color: INK, thickness: 0.8 })
  return bottom + 1
}

/** The last column ends at the table's edge, so that numbers stand flush with the rules. */
function gutterOf(table: Table, column: Column): number {
  return column === table.columns.at(-1) ? 0 : table.gutter
}

type SetLine = { readonly lines: readonly string[]; readonly style: TextStyle }

function setCell(pdf: PDFKit.PDFDocument, table: Table, row: Row, index: number): SetLine[] {
  const column = table.columns[index]
  if (!column) return []
  const indent = column.align === 'right' ? 0 : (row.indent ?? 0)
  const width = column.width - gutterOf(table, column) - indent
  return (row.cells[index] ?? []).map((line) => {
    const { size = BODY_SIZE, weight = 'regular', color = INK } = line
    const style: TextStyle = { size, weight, color, width, align: column.align ?? 'left' }
    if (!line.oneLine) return { lines: wrapText(pdf, line.text, style, CELL_LINES_MAX), style }
    const natural = textWidth(pdf, line.text, style)
    const fitted = natural <= width ? size : Math.max(size * 0.6, (size * width) / natural - 0.01)
    const shrunk = { ...style, size: fitted }
    return { lines: wrapText(pdf, line.text, shrunk, CELL_LINES_MAX), style: shrunk }
  })
}

function rowHeight(pdf: PDFKit.PDFDocument, table: Table, row: Row): number {
  const heights = table.columns.map((_, index) =>
    setCell(pdf, table, row, index).reduce(
      (sum, { lines, style }, lineIndex) => sum + lines.length * style.size * LEADING + baselineDrop(row, style.size, lineIndex),
      0,
    ),
  )
  return Math.max(BODY_SIZE * LEADING, ...heights) + paddingOf(table, row).above + paddingOf(table, row).below
}

/** Type of different sizes in the first line of a row stands on one base line: smaller type starts lower. */
function baselineDrop(row: Row, size: number, lineIndex: number): number {
  if (lineIndex > 0) return 0
  const largest = Math.max(BODY_SIZE, ...row.cells.map((cell) => cell[0]?.size ?? BODY_SIZE))
  return (largest - size) * ASCENT
}

function drawRow(pdf: PDFKit.PDFDocument, table: Table, row: Row, top: number): void {
  row.drawBeside?.(top)
  let { x } = table
  table.columns.forEach((column, index) => {
    const indent = column.align === 'right' ? 0 : (row.indent ?? 0)
    let y = top
    setCell(pdf, table, row, index).forEach(({ lines, style }, lineIndex) => {
      y = drawLines(pdf, lines, { x: x + indent, y: y + baselineDrop(row, style.size, lineIndex) }, style)
    })
    x += column.width
  })
}

/** A thin empty square to tick. */
export function drawCheckBox(pdf: PDFKit.PDFDocument, x: number, y: number, side: number): void {
  pdf.lineWidth(0.8).strokeColor(INK).rect(x, y, side, side).stroke()
}
