/** Pick lists: one walk through the warehouse on paper, in the order of the bins. */

import { DomainError } from '../../../kernel/errors.ts'
import { formatDay, isCode128Text, oneLine } from '../../carriers/index.ts'
import type { DocumentLocale } from '../../carriers/index.ts'
import { documentCaptions } from './captions.ts'
import { GRAY, closePdf, drawOneLine, drawRule, drawText, openPdf } from './page.ts'
import {
  BODY_BOTTOM,
  CONTENT_WIDTH,
  DOCUMENT_NUMBER_MAX_LENGTH,
  MARGIN,
  drawDocumentTitle,
  drawFact,
  drawFeet,
  drawRunningHead,
  formatQuantity,
} from './sheet.ts'
import { drawCheckBox, drawTable } from './table.ts'
import type { CellLine, Column, Row } from './table.ts'

/** One take from one bin. */
export type PickListLine = {
  /** Code of the bin as it is written on the shelf. */
  readonly bin: string
  readonly sku: string
  readonly name: string
  /** The number under the item's barcode, to compare with the eyes. */
  readonly barcode?: string | null
  /** Whole number in the base unit at `scale`. */
  readonly quantity: number
  readonly scale: number
  /** Printed after the quantity; empty for pieces. */
  readonly unit: string
  readonly lot?: string | null
  readonly shipmentNumbers: readonly string[]
}

export type PickListDocument = {
  readonly locale: DocumentLocale
  readonly organizationName: string
  /** Printed as Code 128: 1 to 30 characters of printable ASCII. */
  readonly pickListNumber: string
  readonly warehouseName: string
  /** Day in the organization's time zone, `YYYY-MM-DD`. */
  readonly date: string
  /** Name of the picker where one is chosen; else a line to sign on is left free. */
  readonly pickerName?: string | null
  /** In the order of the walk, which the warehouse decides; it is printed as it comes. */
  readonly lines: readonly PickListLine[]
}

const CHECK_BOX = 11

/** Most pick lists in one file. */
export const PICK_LISTS_PER_FILE_MAX = 100

/**
 * A pick list as PDF, A4.
 *
 * @throws `warehouse.pick_list_invalid` (invalid) when the number is no Code 128 text
 */
export async function renderPickList(list: PickListDocument): Promise<Uint8Array> {
  return renderPickLists([list])
}

/**
 * Pick lists as one PDF, A4, each beginning on a page of its own, with its own page numbers.
 *
 * @throws `warehouse.pick_list_invalid` (invalid) when there is none, too many, or a number is no Code 128 text
 */
export async function renderPickLists(lists: readonly PickListDocument[]): Promise<Uint8Array> {
  const [first] = lists
  if (first === undefined || lists.length > PICK_LISTS_PER_FILE_MAX) {
    const message = `Choose 1 to ${PICK_LISTS_PER_FILE_MAX} pick lists for one file.`
    throw new DomainError('invalid', 'warehouse.pick_list_invalid', message)
  }
  for (const list of lists) checkNumber(list)
  const title = `${documentCaptions[first.locale].pickList} ${first.pickListNumber}`
  const pdf = openPdf({ title, locale: first.locale, day: first.date, size: 'A4' })
  let pagesBefore = 0
  for (const list of lists) {
    drawPickList(pdf, list)
    const pagesNow = pdf.bufferedPageRange().count
    const foot = `${list.organizationName} · ${documentCaptions[list.locale].pickList} ${list.pickListNumber}`
    drawFeet(pdf, { first: pagesBefore, last: pagesNow - 1 }, list.locale, foot)
    pagesBefore = pagesNow
  }
  return closePdf(pdf)
}

function checkNumber(list: PickListDocument): void {
  if (!isCode128Text(list.pickListNumber, DOCUMENT_NUMBER_MAX_LENGTH)) {
    const message = 'A pick list number has 1 to 30 letters, digits and signs of plain ASCII.'
    const code = 'warehouse.pick_list_invalid'
    throw new DomainError('invalid', code, message, { fields: [{ pointer: '/pickListNumber', code, message }] })
  }
}

function drawPickList(pdf: PDFKit.PDFDocument, list: PickListDocument): void {
  const title = `${documentCaptions[list.locale].pickList} ${list.pickListNumber}`
  pdf.addPage()
  const factsBottom = drawHead(pdf, list)
  const nextPage = (): number => {
    pdf.addPage()
    return drawRunningHead(pdf, list.warehouseName, title)
  }
  const table = {
    x: MARGIN,
    columns: pickColumns(list.locale),
    rows: pickRows(pdf, list),
    gutter: 10,
    rowPadding: 5.5,
    bottom: BODY_BOTTOM,
    nextPage,
  }
  drawTable(pdf, table, factsBottom + 20)
}

function drawHead(pdf: PDFKit.PDFDocument, list: PickListDocument): number {
  const captions = documentCaptions[list.locale]
  const width = CONTENT_WIDTH / 2
  drawOneLine(pdf, list.organizationName, { x: MARGIN, y: MARGIN - 2 }, { size: 8.5, weight: 'semibold', color: GRAY, width })
  drawText(pdf, list.warehouseName, { x: MARGIN, y: MARGIN + 8 }, { size: 18, weight: 'bold', width })
  const top = drawDocumentTitle(pdf, captions.pickList, list.pickListNumber) + 20

  const shipments = new Set(list.lines.flatMap((line) => line.shipmentNumbers))
  const column = CONTENT_WIDTH / 4
  const factAt = (index: number): { x: number; y: number; width: number } => ({ x: MARGIN + index * column, y: top, width: column - 10 })
  drawFact(pdf, captions.date, formatDay(list.date, list.locale), factAt(0))
  drawFact(pdf, captions.lines, String(list.lines.length), factAt(1))
  drawFact(pdf, captions.shipments, String(shipments.size), factAt(2))
  const bottom = drawFact(pdf, captions.pickedBy, list.pickerName ?? '', factAt(3))
  if (list.pickerName) return bottom
  const line = factAt(3)
  drawRule(pdf, { x: line.x, y: top + 21 }, column, { color: GRAY })
  return top + 22
}

function pickColumns(locale: DocumentLocale): Column[] {
  const captions = documentCaptions[locale]
  const widths = { box: 22, bin: 92, quantity: 84, shipments: 104 }
  const fixed = widths.box + widths.bin + widths.quantity + widths.shipments
  return [
    { caption: '', width: widths.box },
    { caption: captions.bin, width: widths.bin },
    { caption: captions.item, width: CONTENT_WIDTH - fixed },
    { caption: captions.quantity, width: widths.quantity, align: 'right' },
    { caption: captions.shipments, width: widths.shipments },
  ]
}

function pickRows(pdf: PDFKit.PDFDocument, list: PickListDocument): Row[] {
  return list.lines.map((line) => ({
    cells: [
      [],
      [{ text: oneLine(line.bin), size: 13, weight: 'bold', oneLine: true }],
      itemCell(line, documentCaptions[list.locale].lot),
      [{ text: formatQuantity(line, list.locale), size: 13, weight: 'bold', oneLine: true }],
      [{ text: line.shipmentNumbers.join(', '), size: 8, color: GRAY }],
    ],
    drawBeside: (top) => drawCheckBox(pdf, MARGIN, top + 4, CHECK_BOX),
  }))
}

function itemCell(line: PickListLine, lotCaption: string): CellLine[] {
  const cell: CellLine[] = [
    { text: oneLine(line.sku), size: 10, weight: 'semibold', oneLine: true },
    { text: line.name, size: 8.5 },
  ]
  const marks = [line.barcode ?? '', line.lot ? `${lotCaption} ${line.lot}` : ''].filter((mark) => mark !== '')
  if (marks.length > 0) cell.push({ text: marks.join('   ·   '), size: 8, color: GRAY })
  return cell
}
