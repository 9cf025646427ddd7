/**
 * Shipping labels in ZPL II for a thermal printer: 4 × 6 inches at 203 dpi (8 dots a millimeter), 812 × 1218 dots.
 * Source: Zebra, ZPL II Programming Guide. GS1 logistic label: GS1 General Specifications, section 6.6 and 5.12.3.4 (X-dimension).
 */

import { checkShippingLabels } from './label.ts'
import type { ShippingLabel } from './label.ts'
import { addressLines, collectText, formatDay, formatSize, formatWeight, labelCaptions, oneLine, readableSscc } from './label-text.ts'
import { zplCode128, zplGs1Sscc } from './zpl-code128.ts'
import type { ZplBarcode } from './zpl-code128.ts'
import { zplText, zplTextWidth, zplWrap } from './zpl-text.ts'

/** Settings of the printer. */
export type ZplOptions = {
  /**
   * A font in the printer with the letters of the addresses. The default is Zebra's resident Unicode font Swiss 721
   * (firmware from 2008 on); older printers need one loaded, or `0` for the built-in Latin font.
   */
  readonly font?: string
}

const WIDTH_DOTS = 812
const HEIGHT_DOTS = 1218
const MARGIN_DOTS = 30
const CONTENT_DOTS = WIDTH_DOTS - 2 * MARGIN_DOTS
const RESIDENT_UNICODE_FONT = 'E:TT0003M_.FNT'

/** Quiet zone on each side of a symbol, in modules (ISO/IEC 15417). */
const QUIET_MODULES = 10
/** Narrowest bar in dots: 2 is 0.25 mm; 4 is 0.5 mm, the least that GS1 allows on a logistic label. */
const MODULE_DOTS_MIN = 2
const MODULE_DOTS_MAX = 4

/** A run of fields in one font. */
type Sheet = { readonly font: string; readonly fields: string[] }
type Line = { readonly text: string; readonly heightDots: number }

/**
 * Labels as one ZPL stream, one format (`^XA` … `^XZ`) for each, UTF-8.
 *
 * Long names and addresses wrap and shrink; what still does not fit ends in "…".
 *
 * @throws `carriers.label_invalid` (invalid) naming the label and the field
 */
export function renderLabelsZpl(labels: readonly ShippingLabel[], options: ZplOptions = {}): string {
  checkShippingLabels(labels)
  return labels.map((label) => labelFormat(label, options.font ?? RESIDENT_UNICODE_FONT)).join('')
}

function labelFormat(label: ShippingLabel, font: string): string {
  const sheet: Sheet = { font, fields: [] }
  drawSender(sheet, label)
  drawParcelFacts(sheet, label)
  drawRule(sheet, 190)
  drawRecipient(sheet, label)
  drawRule(sheet, 520)
  const trackingBottom = drawTracking(sheet, label)
  if (label.amountToCollect) drawCollect(sheet, collectText(label.amountToCollect, label.locale), trackingBottom + 10)
  if (label.sscc) drawSscc(sheet, label.sscc)
  const head = ['^XA', '^CI28', `^PW${WIDTH_DOTS}`, `^LL${HEIGHT_DOTS}`, '^LH0,0', '^PQ1']
  return `${[...head, ...sheet.fields, '^XZ'].join('\n')}\n`
}

function drawSender(sheet: Sheet, label: ShippingLabel): void {
  const captions = labelCaptions[label.locale]
  drawText(sheet, MARGIN_DOTS, 30, { text: captions.from.toUpperCase(), heightDots: 18 })
  const lines = addressLines(label.from, label.locale).map((text) => ({ text, ratio: 1 }))
  drawBlock(sheet, lines, { x: MARGIN_DOTS, y: 54, width: 400, height: 128 }, { largest: 24, smallest: 16 })
}

function drawParcelFacts(sheet: Sheet, label: ShippingLabel): void {
  const captions = labelCaptions[label.locale]
  const parcel = `${captions.parcel} ${label.parcelNumber} ${captions.of} ${label.parcelCount}`
  const lines = [
    { text: parcel, ratio: 1.5 },
    { text: `${captions.order} ${label.orderReference}`, ratio: 1 },
    { text: `${captions.shipment} ${label.shipmentNumber}`, ratio: 1 },
    { text: `${formatWeight(label.weightG, label.locale)} · ${formatDay(label.shippedOn, label.locale)}`, ratio: 1 },
    { text: formatSize(label) ?? '', ratio: 1 },
  ]
  drawBlock(sheet, lines, { x: 460, y: 30, width: WIDTH_DOTS - MARGIN_DOTS - 460, height: 152 }, { largest: 24, smallest: 16 })
}

function drawRecipient(sheet: Sheet, label: ShippingLabel): void {
  const captions = labelCaptions[label.locale]
  drawText(sheet, MARGIN_DOTS, 204, { text: captions.to.toUpperCase(), heightDots: 18 })
  const [name = '', ...rest] = addressLines(label.to, label.locale)
  const phone = label.to.phone ? [{ text: `${captions.phone} ${oneLine(label.to.phone)}`, ratio: 0.8 }] : []
  const lines = [{ text: name, ratio: 1.25 }, ...rest.map((text) => ({ text, ratio: 1 })), ...phone]
  drawBlock(sheet, lines, { x: MARGIN_DOTS, y: 230, width: CONTENT_DOTS, height: 282 }, { largest: 40, smallest: 18 })
}

/** Answers the y below the barcode's text. */
function drawTracking(sheet: Sheet, label: ShippingLabel): number {
  const carrier = oneLine(`${label.carrierName} · ${label.serviceName}`)
  const block = { x: MARGIN_DOTS, y: 534, width: CONTENT_DOTS, height: 44 }
  drawBlock(sheet, [{ text: carrier, ratio: 1 }], block, { largest: 36, smallest: 18 })
  // Without an SSCC this is the only symbol and takes more of the label.
  const barsHeight = label.sscc ? 136 : 320
  const barsTop = 584
  drawBarcode(sheet, zplCode128(label.trackingNumber), { y: barsTop, heightDots: barsHeight })
  const heightDots = fittedHeight(label.trackingNumber, 30, CONTENT_DOTS)
  drawCentered(sheet, barsTop + barsHeight + 10, { text: label.trackingNumber, heightDots })
  return barsTop + barsHeight + 46
}

/** White on black, so that no driver overlooks that money is due. */
function drawCollect(sheet: Sheet, text: string, boxTop: number): void {
  const boxHeight = 90
  sheet.fields.push(`^FO${MARGIN_DOTS},${boxTop}^GB${CONTENT_DOTS},${boxHeight},${boxHeight}^FS`)
  const heightDots = fittedHeight(text, 64, CONTENT_DOTS - 40)
  drawCentered(sheet, boxTop + Math.round((boxHeight - heightDots) / 2), { text, heightDots }, '^FR')
}

/** Bars 32 mm high: GS1 General Specifications, section 5.12.3.4. */
function drawSscc(sheet: Sheet, sscc: string): void {
  drawBarcode(sheet, zplGs1Sscc(sscc), { y: 888, heightDots: 256 })
  drawCentered(sheet, 1154, { text: readableSscc(sscc), heightDots: 32 })
}

function drawBarcode(sheet: Sheet, barcode: ZplBarcode, place: { y: number; heightDots: number }): void {
  const widest = Math.floor(WIDTH_DOTS / (barcode.modules + 2 * QUIET_MODULES))
  const moduleDots = Math.max(MODULE_DOTS_MIN, Math.min(MODULE_DOTS_MAX, widest))
  const x = Math.round((WIDTH_DOTS - barcode.modules * moduleDots) / 2)
  // ^BC parameters: orientation, height, no printed text (we set it ourselves), no UCC check digit, mode N.
  sheet.fields.push(`^FO${x},${place.y}^BY${moduleDots}^BCN,${place.heightDots},N,N,N,N^FD${barcode.fieldData}^FS`)
}

type Block = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Lines under each other in a box: the largest type that fits, wrapped; at the smallest, what is left over is cut. */
function drawBlock(
  sheet: Sheet,
  paragraphs: readonly { readonly text: string; readonly ratio: number }[],
  block: Block,
  size: { readonly largest: number; readonly smallest: number },
): void {
  const leading = 1.2
  const wrapAt = (base: number): Line[] =>
    paragraphs.flatMap(({ text, ratio }) => {
      const heightDots = Math.round(base * ratio)
      return zplWrap(oneLine(text), heightDots, block.width, 4).map((line) => ({ text: line, heightDots }))
    })
  const total = (lines: readonly Line[]): number => lines.reduce((sum, line) => sum + Math.round(line.heightDots * leading), 0)
  let base = size.largest
  while (base > size.smallest && total(wrapAt(base)) > block.height) base -= 1
  let y = block.y
  for (const line of wrapAt(base)) {
    const advance = Math.round(line.heightDots * leading)
    if (y + advance > block.y + block.height) break
    drawText(sheet, block.x, y, line)
    y += advance
  }
}

/** `^FB` centers by the printer's own measure, so that an estimate never shifts the text. In it a backslash is doubled. */
function drawCentered(sheet: Sheet, y: number, line: Line, reverse: '' | '^FR' = ''): void {
  const text = zplText(line.text.replaceAll('\\', '\\\\'))
  sheet.fields.push(`^FO0,${y}${reverse}${fontCommand(sheet.font, line.heightDots)}^FB${WIDTH_DOTS},1,0,C^FH\\^FD${text}^FS`)
}

/** The largest type, at most `largest` dots high, in which the text stays on one line of the width. */
function fittedHeight(text: string, largest: number, widthDots: number): number {
  let heightDots = largest
  while (heightDots > 1 && zplTextWidth(text, heightDots) > widthDots) heightDots -= 1
  return heightDots
}

function drawText(sheet: Sheet, x: number, y: number, line: Line): void {
  sheet.fields.push(`^FO${x},${y}${fontCommand(sheet.font, line.heightDots)}^FH\\^FD${zplText(line.text)}^FS`)
}

function fontCommand(font: string, heightDots: number): string {
  return font.length === 1 ? `^A${font}N,${heightDots},${heightDots}` : `^A@N,${heightDots},${heightDots},${font}`
}

function drawRule(sheet: Sheet, y: number): void {
  sheet.fields.push(`^FO${MARGIN_DOTS},${y}^GB${CONTENT_DOTS},3,3^FS`)
}
