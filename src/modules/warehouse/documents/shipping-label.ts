/**
 * Shipping labels as PDF, 4 × 6 inches, one page a parcel.
 * From top to bottom: who sent it and what it is, whom it goes to, the carrier's barcode, money due, the GS1 barcode.
 */

import {
  addressLines,
  checkShippingLabels,
  collectText,
  formatDay,
  formatSize,
  formatWeight,
  labelCaptions,
  oneLine,
  readableSscc,
} from '../../carriers/index.ts'
import type { ShippingLabel } from '../../carriers/index.ts'
import { code128, drawBarcode, gs1Sscc } from './barcode.ts'
import { INK, closePdf, drawBlock, drawLines, drawOneLine, drawRule, openPdf } from './page.ts'
import type { Paragraph, Position, TextStyle } from './page.ts'

const WIDTH = 288
const HEIGHT = 432
const MARGIN = 12
const CONTENT = WIDTH - 2 * MARGIN

/** One dot of a 203 dpi printer (8 dots a millimeter): bars of whole dots print without rounding. */
const DOT = 72 / 203.2
/** 4 dots, 0.5 mm: the least X-dimension of a GS1 logistic label (GS1 General Specifications, section 5.12.3.4). */
const SSCC_MODULE = 4 * DOT
const TRACKING_MODULE = 4 * DOT

/** Heights of the bands that a label is made of, and the space between them. */
const SENDER_HEIGHT = 56
const COLLECT_HEIGHT = 28
const CARRIER_HEIGHT = 18
const BARCODE_TEXT_HEIGHT = 15
/** 31.75 mm: the least height of the bars on a GS1 logistic label (GS1 General Specifications, section 5.12.3.4). */
const SSCC_BARS_HEIGHT = 90
const TRACKING_BARS_HEIGHT = 48
/** Without an SSCC the tracking number is the only symbol and takes more of the label. */
const TRACKING_BARS_HEIGHT_ALONE = 96
const GAP = 8

/**
 * Labels as one PDF, one page for each.
 *
 * Long names and addresses wrap and shrink to their box. Without an SSCC or an amount to collect the address and the
 * tracking barcode take the space.
 *
 * @throws `carriers.label_invalid` (invalid) naming the label and the field
 */
export async function renderShippingLabels(labels: readonly ShippingLabel[]): Promise<Uint8Array> {
  checkShippingLabels(labels)
  const [first] = labels
  if (!first) throw new Error('checkShippingLabels lets no empty list pass.')
  const title = labels.length === 1 ? first.trackingNumber : `${first.trackingNumber} … (${labels.length})`
  const pdf = openPdf({ title, locale: first.locale, day: first.shippedOn, size: [WIDTH, HEIGHT] })
  for (const label of labels) {
    pdf.addPage()
    drawLabel(pdf, label)
  }
  return closePdf(pdf)
}

/** Bands are laid from the bottom up, because the barcodes have fixed heights; the address takes what is left. */
function drawLabel(pdf: PDFKit.PDFDocument, label: ShippingLabel): void {
  let bottom = HEIGHT - MARGIN
  if (label.sscc) {
    bottom -= SSCC_BARS_HEIGHT + BARCODE_TEXT_HEIGHT
    drawSscc(pdf, label.sscc, bottom)
    bottom -= GAP
  }
  if (label.amountToCollect) {
    bottom -= COLLECT_HEIGHT
    drawCollect(pdf, collectText(label.amountToCollect, label.locale), bottom)
    bottom -= GAP
  } else if (label.sscc) {
    drawRule(pdf, { x: MARGIN, y: bottom }, CONTENT, { color: INK, thickness: 1 })
    bottom -= GAP
  }
  const barsHeight = label.sscc ? TRACKING_BARS_HEIGHT : TRACKING_BARS_HEIGHT_ALONE
  bottom -= barsHeight + CARRIER_HEIGHT + BARCODE_TEXT_HEIGHT
  drawTracking(pdf, label, bottom, barsHeight)
  bottom -= GAP
  drawRule(pdf, { x: MARGIN, y: bottom }, CONTENT, { color: INK, thickness: 1 })

  drawSender(pdf, label)
  const recipientTop = MARGIN + SENDER_HEIGHT + GAP
  drawRule(pdf, { x: MARGIN, y: recipientTop - GAP / 2 }, CONTENT, { color: INK, thickness: 1 })
  drawRecipient(pdf, label, recipientTop, bottom - GAP / 2)
}

function drawSender(pdf: PDFKit.PDFDocument, label: ShippingLabel): void {
  const captions = labelCaptions[label.locale]
  const senderWidth = 140
  drawCaption(pdf, captions.from, { x: MARGIN, y: MARGIN })
  const [name = '', ...rest] = addressLines(label.from, label.locale)
  const paragraphs: Paragraph[] = [{ text: name, weight: 'semibold' }, ...rest.map((text) => ({ text }))]
  drawBlock(pdf, paragraphs, { x: MARGIN, y: MARGIN + 9, width: senderWidth, height: SENDER_HEIGHT - 9 }, { largest: 7.5, smallest: 4.5 })

  const factsX = MARGIN + senderWidth + 12
  const factsWidth = CONTENT - senderWidth - 12
  drawCaption(pdf, captions.parcel, { x: factsX, y: MARGIN })
  const facts: Paragraph[] = [
    { text: `${label.parcelNumber} ${captions.of} ${label.parcelCount}`, ratio: 1.6, weight: 'bold' },
    { text: [formatWeight(label.weightG, label.locale), formatSize(label)].filter(Boolean).join(' · ') },
    { text: `${captions.order} ${label.orderReference}`, weight: 'semibold' },
    { text: `${label.shipmentNumber} · ${formatDay(label.shippedOn, label.locale)}` },
  ]
  drawBlock(pdf, facts, { x: factsX, y: MARGIN + 9, width: factsWidth, height: SENDER_HEIGHT - 9 }, { largest: 7.5, smallest: 4.5 })
}

function drawRecipient(pdf: PDFKit.PDFDocument, label: ShippingLabel, top: number, bottom: number): void {
  const captions = labelCaptions[label.locale]
  drawCaption(pdf, captions.to, { x: MARGIN, y: top + 2 })
  const [name = '', ...rest] = addressLines(label.to, label.locale)
  const paragraphs: Paragraph[] = [
    { text: name, ratio: 1.15, weight: 'bold' },
    ...rest.map((text, index): Paragraph => ({ text, weight: index >= rest.length - 2 ? 'semibold' : 'regular' })),
  ]
  if (label.to.phone) paragraphs.push({ text: `${captions.phone} ${oneLine(label.to.phone)}`, ratio: 0.75 })
  const y = top + 13
  drawBlock(pdf, paragraphs, { x: MARGIN, y, width: CONTENT, height: bottom - y }, { largest: label.sscc ? 14 : 18, smallest: 6 })
}

function drawTracking(pdf: PDFKit.PDFDocument, label: ShippingLabel, top: number, barsHeight: number): void {
  const carrierWidth = CONTENT * 0.6
  const carrier: TextStyle = { size: 11, weight: 'bold', width: carrierWidth }
  drawOneLine(pdf, label.carrierName, { x: MARGIN, y: top }, carrier)
  const service: TextStyle = { size: 9, weight: 'semibold', width: CONTENT - carrierWidth - 8, align: 'right' }
  drawOneLine(pdf, label.serviceName, { x: MARGIN + carrierWidth + 8, y: top + 1.9 }, service)
  // The symbol may use the label's full width: the margins are white and serve as its quiet zones.
  const bars = { x: 0, y: top + CARRIER_HEIGHT, width: WIDTH, height: barsHeight }
  drawBarcode(pdf, code128(label.trackingNumber), bars, { widestModule: TRACKING_MODULE, moduleStep: DOT })
  drawBarcodeText(pdf, label.trackingNumber, bars.y + barsHeight)
}

function drawSscc(pdf: PDFKit.PDFDocument, sscc: string, top: number): void {
  const bars = { x: 0, y: top, width: WIDTH, height: SSCC_BARS_HEIGHT }
  drawBarcode(pdf, gs1Sscc(sscc), bars, { widestModule: SSCC_MODULE, moduleStep: DOT })
  drawBarcodeText(pdf, readableSscc(sscc), top + SSCC_BARS_HEIGHT)
}

function drawBarcodeText(pdf: PDFKit.PDFDocument, text: string, y: number): void {
  drawOneLine(pdf, text, { x: MARGIN, y: y + 2 }, { size: 10, weight: 'semibold', align: 'center', width: CONTENT })
}

/** White on black, so that no driver overlooks that money is due. */
function drawCollect(pdf: PDFKit.PDFDocument, text: string, top: number): void {
  pdf.rect(MARGIN, top, CONTENT, COLLECT_HEIGHT).fill('#000000')
  const style: TextStyle = { size: 20, weight: 'bold', color: '#ffffff', align: 'center', width: CONTENT - 20 }
  drawOneLine(pdf, text, { x: MARGIN + 10, y: top + 0.5 }, style)
}

/** Captions are black like everything on a label: thermal printers turn gray into dots. */
function drawCaption(pdf: PDFKit.PDFDocument, text: string, at: Position): void {
  drawLines(pdf, [text.toUpperCase()], { x: at.x, y: at.y - 1 }, { size: 5.5, weight: 'semibold', width: CONTENT })
}
