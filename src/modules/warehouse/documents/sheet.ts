/** What packing slips and pick lists share: the A4 sheet, its heads, its foot, its numbers. */

import { formatDecimal } from '../../carriers/index.ts'
import type { DocumentLocale } from '../../carriers/index.ts'
import { code128, drawBarcode } from './barcode.ts'
import { documentCaptions } from './captions.ts'
import { GRAY, INK, drawLines, drawOneLine, drawRule, drawText } from './page.ts'
import type { Position } from './page.ts'

/** A4 in points. */
export const SHEET_WIDTH = 595.28
export const SHEET_HEIGHT = 841.89
/** 15 mm: printers reach it, punched holes leave it. */
export const MARGIN = 42.5
export const CONTENT_WIDTH = SHEET_WIDTH - 2 * MARGIN
/** The last y of a page's body; the foot stands below. */
export const BODY_BOTTOM = SHEET_HEIGHT - MARGIN - 18
export const RIGHT = SHEET_WIDTH - MARGIN

/** Longest number that a sheet prints as a barcode. */
export const DOCUMENT_NUMBER_MAX_LENGTH = 30

const BARCODE_WIDTH = 190
const BARCODE_HEIGHT = 30

/** A quantity: whole number in the item's base unit at its scale (1500 at scale 3 is 1.5), with the unit's name. */
export type PrintedQuantity = { readonly quantity: number; readonly scale: number; readonly unit: string }

/** A quantity as it is read: `12`, `1.500 kg`. Pieces carry no unit, since nothing else would be meant. */
export function formatQuantity({ quantity, scale, unit }: PrintedQuantity, locale: DocumentLocale): string {
  const digits = formatDecimal(quantity, scale, locale)
  return unit === '' ? digits : `${digits} ${unit}`
}

/** Title, number and barcode in the right upper corner. Answers the y below. */
export function drawDocumentTitle(pdf: PDFKit.PDFDocument, title: string, number: string): number {
  const x = RIGHT - BARCODE_WIDTH
  const style = { width: BARCODE_WIDTH, align: 'right' } as const
  drawOneLine(pdf, title.toUpperCase(), { x, y: MARGIN - 2 }, { ...style, size: 8.5, weight: 'semibold', color: GRAY })
  drawOneLine(pdf, number, { x, y: MARGIN + 8 }, { ...style, size: 18, weight: 'bold' })
  const bars = { x, y: MARGIN + 37, width: BARCODE_WIDTH, height: BARCODE_HEIGHT }
  drawBarcode(pdf, code128(number), bars, { widestModule: 1, align: 'right' })
  return bars.y + BARCODE_HEIGHT
}

/** The short head of every page after the first: whose paper it is, and of which document. Answers the y below. */
export function drawRunningHead(pdf: PDFKit.PDFDocument, left: string, right: string): number {
  const half = CONTENT_WIDTH / 2 - 10
  drawOneLine(pdf, left, { x: MARGIN, y: MARGIN - 8 }, { size: 9, weight: 'semibold', width: half })
  drawOneLine(pdf, right, { x: RIGHT - half, y: MARGIN - 8 }, { size: 9, width: half, align: 'right' })
  drawRule(pdf, { x: MARGIN, y: MARGIN + 8 }, CONTENT_WIDTH)
  return MARGIN + 22
}

/** Pages `first` to `last` (buffered, counted from 0) get their foot: what it is at the left, "Page n of m" at the right. */
export function drawFeet(
  pdf: PDFKit.PDFDocument,
  pages: { readonly first: number; readonly last: number },
  locale: DocumentLocale,
  left: string,
): void {
  const captions = documentCaptions[locale]
  const count = pages.last - pages.first + 1
  for (let page = pages.first; page <= pages.last; page += 1) {
    pdf.switchToPage(page)
    const y = SHEET_HEIGHT - MARGIN - 4
    const right = `${captions.page} ${page - pages.first + 1} ${captions.of} ${count}`
    drawOneLine(pdf, left, { x: MARGIN, y }, { size: 7.5, color: GRAY, width: CONTENT_WIDTH - 110 })
    drawOneLine(pdf, right, { x: RIGHT - 100, y }, { size: 7.5, color: GRAY, width: 100, align: 'right' })
  }
}

/** A gray caption above its value. Answers the y below. */
export function drawFact(pdf: PDFKit.PDFDocument, caption: string, value: string, place: Position & { readonly width: number }): number {
  drawLines(pdf, [caption], place, { size: 7, weight: 'semibold', color: GRAY, width: place.width })
  return drawText(pdf, value, { x: place.x, y: place.y + 9.5 }, { size: 9, color: INK, width: place.width })
}
