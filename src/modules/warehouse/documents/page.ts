/** A PDF in the making, and the text primitives that every document draws with. Lengths are points (1/72 inch). */

import PDFDocument from 'pdfkit'
import { oneLine } from '../../carriers/index.ts'
import type { DocumentLocale } from '../../carriers/index.ts'
import { fontFiles } from './fonts.ts'
import type { FontWeight } from './fonts.ts'

/** Inks: black for what is read, gray for captions, light gray for rules. All print on a monochrome laser. */
export const INK = '#111111'
export const GRAY = '#5f6368'
export const RULE = '#c9ccd1'

/** How a run of text looks; `width` is the space it may take. */
export type TextStyle = {
  readonly size: number
  readonly weight?: FontWeight
  readonly color?: string
  readonly align?: 'left' | 'right' | 'center'
  readonly width: number
}

export type Position = { readonly x: number; readonly y: number }

/** Distance of baselines as a multiple of the type size. */
export const LEADING = 1.3

/** What a PDF says about itself. `day` (`YYYY-MM-DD`) is its date, so that the same data gives the same bytes. */
export type PdfDescription = {
  readonly title: string
  readonly locale: DocumentLocale
  readonly day: string
  readonly size: 'A4' | readonly [number, number]
}

/** Opens a PDF without a page; fonts are registered under the names of their weights. */
export function openPdf(description: PdfDescription): PDFKit.PDFDocument {
  const { size } = description
  const pdf = new PDFDocument({
    autoFirstPage: false,
    bufferPages: true,
    size: size === 'A4' ? size : [size[0], size[1]],
    margin: 0,
    lang: description.locale,
    displayTitle: true,
    info: { Title: description.title, Creator: 'Tefter', Producer: 'Tefter', CreationDate: new Date(`${description.day}T00:00:00Z`) },
  })
  for (const weight of ['regular', 'semibold', 'bold'] as const) pdf.registerFont(weight, fontFiles[weight])
  return pdf
}

/** Ends the PDF and answers its bytes. */
export function closePdf(pdf: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    pdf.on('error', reject)
    pdf.end()
  })
}

/** Width of one line in the style. */
export function textWidth(pdf: PDFKit.PDFDocument, text: string, style: Pick<TextStyle, 'size' | 'weight'>): number {
  return pdf
    .font(style.weight ?? 'regular')
    .fontSize(style.size)
    .widthOfString(text)
}

/**
 * Breaks a text into lines no wider than the style's width: at spaces, within a word only where the word alone is wider.
 * Past `maxLines` the last line ends in "…". An empty text has no lines.
 */
export function wrapText(pdf: PDFKit.PDFDocument, text: string, style: TextStyle, maxLines = 100): string[] {
  const fits = (candidate: string): boolean => textWidth(pdf, candidate, style) <= style.width
  const lines: string[] = []
  let line = ''
  for (const word of oneLine(text)
    .split(' ')
    .flatMap((part) => splitWord(part, fits))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (fits(longer)) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
    if (lines.length > maxLines) break
  }
  if (line !== '') lines.push(line)
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), shortenLine(lines[maxLines - 1] ?? '', fits)]
}

function splitWord(word: string, fits: (text: string) => boolean): string[] {
  if (fits(word)) return [word]
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && !fits(part + character)) {
      parts.push(part)
      part = ''
    }
    part += character
  }
  return [...parts, part]
}

function shortenLine(line: string, fits: (text: string) => boolean): string {
  let characters = [...line]
  while (characters.length > 0 && !fits(`${characters.join('')}…`)) characters = characters.slice(0, -1)
  return `${characters.join('').trimEnd()}…`
}

/** Draws lines that were broken before and answers the y below them. */
export function drawLines(pdf: PDFKit.PDFDocument, lines: readonly string[], at: Position, style: TextStyle): number {
  let { y } = at
  for (const line of lines) {
    const slack = style.width - textWidth(pdf, line, style)
    const indent = style.align === 'right' ? slack : style.align === 'center' ? slack / 2 : 0
    pdf.fillColor(style.color ?? INK).text(line, at.x + indent, y, { lineBreak: false })
    y += style.size * LEADING
  }
  return y
}

/** Draws a text wrapped into the style's width and answers the y below it. */
export function drawText(pdf: PDFKit.PDFDocument, text: string, at: Position, style: TextStyle): number {
  return drawLines(pdf, wrapText(pdf, text, style), at, style)
}

/** Draws a text on one line: at the style's size, or as much smaller as it must be; below half the size it is cut with "…". */
export function drawOneLine(pdf: PDFKit.PDFDocument, text: string, at: Position, style: TextStyle): number {
  const natural = textWidth(pdf, oneLine(text), style)
  const size = natural <= style.width ? style.size : Math.max(style.size / 2, (style.size * style.width) / natural - 0.01)
  const line = wrapText(pdf, text, { ...style, size }, 1)
  const baselineShift = (style.size - size) * 0.9
  drawLines(pdf, line, { x: at.x, y: at.y + baselineShift }, { ...style, size })
  return at.y + style.size * LEADING
}

/** A horizontal rule. */
export function drawRule(pdf: PDFKit.PDFDocument, at: Position, width: number, look: { color?: string; thickness?: number } = {}): void {
  const { color = RULE, thickness = 0.6 } = look
  pdf.rect(at.x, at.y, width, thickness).fill(color)
}

/** One paragraph of a block; `ratio` is its size relative to the block's. */
export type Paragraph = { readonly text: string; readonly ratio?: number; readonly weight?: FontWeight; readonly color?: string }

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/**
 * Draws paragraphs under each other in a box at the largest size, in steps of a quarter point, at which all of them fit.
 * At the smallest size what is still too much is cut at the bottom. Answers the y below the last line.
 */
export function drawBlock(
  pdf: PDFKit.PDFDocument,
  paragraphs: readonly Paragraph[],
  box: Box,
  size: { readonly largest: number; readonly smallest: number },
): number {
  let base = size.largest
  while (base > size.smallest && blockHeight(pdf, paragraphs, box.width, base) > box.height) base -= 0.25
  let { y } = box
  for (const paragraph of paragraphs) {
    const style = paragraphStyle(paragraph, box.width, base)
    const room = Math.floor((box.y + box.height - y) / (style.size * LEADING) + 0.01)
    if (room < 1) break
    y = drawLines(pdf, wrapText(pdf, paragraph.text, style, room), { x: box.x, y }, style)
  }
  return y
}

function blockHeight(pdf: PDFKit.PDFDocument, paragraphs: readonly Paragraph[], width: number, base: number): number {
  return paragraphs.reduce((height, paragraph) => {
    const style = paragraphStyle(paragraph, width, base)
    return height + wrapText(pdf, paragraph.text, style).length * style.size * LEADING
  }, 0)
}

function paragraphStyle({ ratio = 1, weight = 'regular', color = INK }: Paragraph, width: number, base: number): TextStyle {
  return { size: base * ratio, weight, color, width }
}
