/** Packing slips: what lies in the box, for whoever opens it. No prices: a gift travels with it too. */

import { DomainError } from '../../../kernel/errors.ts'
import { addressLines, formatDay, isCode128Text, oneLine } from '../../carriers/index.ts'
import type { DocumentLocale, PostalAddress } from '../../carriers/index.ts'
import { documentCaptions } from './captions.ts'
import { GRAY, closePdf, drawBlock, drawLines, drawText, openPdf, wrapText } from './page.ts'
import type { TextStyle } from './page.ts'
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
import { drawTable } from './table.ts'
import type { Column, Row } from './table.ts'

/** One item of a shipment. The three quantities are whole numbers in the base unit at `scale`. */
export type PackingSlipLine = {
  readonly sku: string
  readonly name: string
  readonly ordered: number
  /** In this shipment. */
  readonly shipped: number
  /** Still to come in later shipments. */
  readonly remaining: number
  readonly scale: number
  /** Printed after the quantity; empty for pieces. */
  readonly unit: string
  /** What a kit is made of; printed indented below it. */
  readonly components?: readonly PackingSlipLine[]
}

export type PackingSlip = {
  readonly locale: DocumentLocale
  readonly organizationName: string
  /** Street, place, telephone …, one entry a line. */
  readonly organizationAddress: readonly string[]
  /** Printed as Code 128: 1 to 30 characters of printable ASCII. */
  readonly shipmentNumber: string
  /** A combined shipment has several. */
  readonly orderNumbers: readonly string[]
  readonly channelName: string
  readonly shipTo: PostalAddress
  /** Day in the organization's time zone, `YYYY-MM-DD`. */
  readonly date: string
  readonly lines: readonly PackingSlipLine[]
  /** A gift message or a word to the customer; its line breaks are kept. */
  readonly notes?: string | null
}

/** Slips in one file; a larger run is printed as several files. */
export const PACKING_SLIPS_PER_FILE_MAX = 500
const NOTES_SIZE = 9
const COMPONENT_INDENT = 12
const ROW_PADDING = 4.5
const COMPONENT_PADDING = 1.5
const GUTTER = 10

/**
 * Packing slips as one PDF, A4; each begins on a page of its own and counts its own pages.
 *
 * @throws `warehouse.packing_slip_invalid` (invalid) when there is none or too many, or a shipment number is no Code 128 text
 */
export async function renderPackingSlip(slips: readonly PackingSlip[]): Promise<Uint8Array> {
  const [first] = slips
  if (!first || slips.length > PACKING_SLIPS_PER_FILE_MAX) {
    throw slipInvalid('', `Choose 1 to ${PACKING_SLIPS_PER_FILE_MAX} packing slips for one file.`)
  }
  slips.forEach((slip, index) => {
    if (isCode128Text(slip.shipmentNumber, DOCUMENT_NUMBER_MAX_LENGTH)) return
    throw slipInvalid(`/${index}/shipmentNumber`, 'A shipment number has 1 to 30 letters, digits and signs of plain ASCII.')
  })
  const caption = documentCaptions[first.locale].packingSlip
  const pdf = openPdf({ title: `${caption} ${first.shipmentNumber}`, locale: first.locale, day: first.date, size: 'A4' })
  let pagesBefore = 0
  for (const slip of slips) {
    drawSlip(pdf, slip)
    const pagesNow = pdf.bufferedPageRange().count
    const foot = `${slip.organizationName} · ${documentCaptions[slip.locale].packingSlip} ${slip.shipmentNumber}`
    drawFeet(pdf, { first: pagesBefore, last: pagesNow - 1 }, slip.locale, foot)
    pagesBefore = pagesNow
  }
  return closePdf(pdf)
}

function drawSlip(pdf: PDFKit.PDFDocument, slip: PackingSlip): void {
  const captions = documentCaptions[slip.locale]
  const nextPage = (): number => {
    pdf.addPage()
    return drawRunningHead(pdf, slip.organizationName, `${captions.packingSlip} ${slip.shipmentNumber}`)
  }
  pdf.addPage()
  const headBottom = Math.max(drawSender(pdf, slip), drawDocumentTitle(pdf, captions.packingSlip, slip.shipmentNumber))
  const factsBottom = drawFacts(pdf, slip, headBottom + 26)
  const table = {
    x: MARGIN,
    columns: slipColumns(slip.locale),
    rows: slip.lines.flatMap((line) => slipRows(line, slip.locale)),
    gutter: GUTTER,
    rowPadding: ROW_PADDING,
    bottom: BODY_BOTTOM,
    nextPage,
  }
  const tableBottom = drawTable(pdf, table, factsBottom + 22)
  if (slip.notes?.trim()) drawNotes(pdf, slip.notes, { top: tableBottom + 20, caption: captions.notes, nextPage })
}

function drawSender(pdf: PDFKit.PDFDocument, slip: PackingSlip): number {
  const width = CONTENT_WIDTH / 2
  const nameBottom = drawText(pdf, slip.organizationName, { x: MARGIN, y: MARGIN - 5 }, { size: 15, weight: 'bold', width })
  const lines = slip.organizationAddress.map((text) => ({ text, color: GRAY }))
  return drawBlock(pdf, lines, { x: MARGIN, y: nameBottom + 2, width, height: 60 }, { largest: 8.5, smallest: 6 })
}

function drawFacts(pdf: PDFKit.PDFDocument, slip: PackingSlip, top: number): number {
  const captions = documentCaptions[slip.locale]
  const addressWidth = 265
  drawLines(pdf, [captions.shipTo], { x: MARGIN, y: top }, { size: 7, weight: 'semibold', color: GRAY, width: addressWidth })
  const lines = addressLines(slip.shipTo, slip.locale).map((text, index) => ({
    text,
    weight: index === 0 ? ('semibold' as const) : ('regular' as const),
  }))
  const addressBottom = drawBlock(pdf, lines, { x: MARGIN, y: top + 9.5, width: addressWidth, height: 110 }, { largest: 10.5, smallest: 7 })

  const x = MARGIN + 320
  const width = CONTENT_WIDTH - 320
  const orderCaption = slip.orderNumbers.length > 1 ? captions.orders : captions.order
  let y = drawFact(pdf, orderCaption, slip.orderNumbers.join(', '), { x, y: top, width })
  const half = width / 2
  const channelBottom = drawFact(pdf, captions.channel, slip.channelName, { x, y: y + 6, width: half - 8 })
  const dateBottom = drawFact(pdf, captions.date, formatDay(slip.date, slip.locale), { x: x + half, y: y + 6, width: half })
  y = Math.max(channelBottom, dateBottom)
  return Math.max(addressBottom, y)
}

function slipColumns(locale: DocumentLocale): Column[] {
  const captions = documentCaptions[locale]
  const numberWidth = 64
  const lastWidth = numberWidth - GUTTER
  const skuWidth = 100
  return [
    { caption: captions.sku, width: skuWidth },
    { caption: captions.item, width: CONTENT_WIDTH - skuWidth - 2 * numberWidth - lastWidth },
    { caption: captions.ordered, width: numberWidth, align: 'right' },
    { caption: captions.shippedHere, width: numberWidth, align: 'right' },
    { caption: captions.remaining, width: lastWidth, align: 'right' },
  ]
}

function slipRows(line: PackingSlipLine, locale: DocumentLocale): Row[] {
  const components = line.components ?? []
  return [
    {
      ...slipRow(line, locale, false),
      keepWithNext: components.length > 0,
      padding: { above: ROW_PADDING, below: components.length > 0 ? COMPONENT_PADDING : ROW_PADDING },
    },
    ...components.map((component, index) => ({
      ...slipRow(component, locale, true),
      padding: { above: COMPONENT_PADDING, below: index === components.length - 1 ? ROW_PADDING : COMPONENT_PADDING },
    })),
  ]
}

function slipRow(line: PackingSlipLine, locale: DocumentLocale, isComponent: boolean): Row {
  const { scale, unit } = line
  const numberOf = (quantity: number): string => formatQuantity({ quantity, scale, unit }, locale)
  const look = isComponent ? { size: 8, color: GRAY } : { size: 9 }
  const shippedWeight = isComponent || line.shipped === 0 ? 'regular' : 'bold'
  return {
    cells: [
      [{ ...look, text: oneLine(line.sku), weight: isComponent ? 'regular' : 'semibold', oneLine: true }],
      [{ ...look, text: line.name }],
      [{ ...look, text: numberOf(line.ordered), oneLine: true }],
      [{ ...look, text: numberOf(line.shipped), weight: shippedWeight, oneLine: true }],
      [{ ...look, text: line.remaining === 0 ? '–' : numberOf(line.remaining), oneLine: true }],
    ],
    indent: isComponent ? COMPONENT_INDENT : 0,
    ruleAbove: !isComponent,
  }
}

function drawNotes(
  pdf: PDFKit.PDFDocument,
  notes: string,
  place: { readonly top: number; readonly caption: string; readonly nextPage: () => number },
): void {
  const style: TextStyle = { size: NOTES_SIZE, width: CONTENT_WIDTH * 0.75 }
  const lines = notes.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [''] : wrapText(pdf, line, style)))
  const advance = NOTES_SIZE * 1.3
  // The caption stays with at least two lines of its text.
  let y = place.top + 10 + 2 * advance > BODY_BOTTOM ? place.nextPage() : place.top
  drawLines(pdf, [place.caption], { x: MARGIN, y }, { size: 7, weight: 'semibold', color: GRAY, width: style.width })
  y += 10
  for (const line of lines) {
    if (y + advance > BODY_BOTTOM) y = place.nextPage()
    y = drawLines(pdf, [line], { x: MARGIN, y }, style)
  }
}

function slipInvalid(pointer: string, message: string): DomainError {
  const code = 'warehouse.packing_slip_invalid'
  return new DomainError('invalid', code, message, { fields: [{ pointer, code, message }] })
}
