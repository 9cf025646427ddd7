/** Barcodes as vectors: each bar is a filled rectangle whose edges stand on whole modules, sharp at any resolution. */

import bwipjs from 'bwip-js/node'
import type { Box } from './page.ts'

/** Widths of bars and spaces in modules, a bar first, and their sum. */
export type Symbol = { readonly widths: readonly number[]; readonly modules: number }

/** Quiet zone on each side of a symbol, in modules (ISO/IEC 15417). */
const QUIET_MODULES = 10

/** Code 128 of printable ASCII, in the narrowest choice of subsets. */
export function code128(text: string): Symbol {
  return symbol('code128', text)
}

/** GS1-128 of an SSCC: start C, FNC1, application identifier 00, 18 digits. */
export function gs1Sscc(sscc: string): Symbol {
  return symbol('gs1-128', `(00)${sscc}`)
}

function symbol(bcid: string, text: string): Symbol {
  const [description] = bwipjs.raw({ bcid, text })
  if (!description || !('sbs' in description)) throw new Error(`The barcode library drew no bars for ${bcid}.`)
  const widths = description.sbs
  return { widths, modules: widths.reduce((sum, width) => sum + width, 0) }
}

/**
 * Draws a symbol into a box. The module is as wide as fits with both quiet zones, at most `widestModule` points, and a
 * whole multiple of `moduleStep` where that is given (a printer's dot, so that no bar is rounded).
 * With `align: 'right'` or `'left'` the bars, not the quiet zone, stand flush with the box: what is beside must stay white.
 */
export function drawBarcode(
  pdf: PDFKit.PDFDocument,
  { widths, modules }: Symbol,
  box: Box,
  look: { readonly widestModule: number; readonly moduleStep?: number; readonly align?: 'left' | 'center' | 'right' },
): void {
  const { align = 'center', moduleStep } = look
  const quiet = align === 'center' ? 2 * QUIET_MODULES : 0
  const room = Math.min(look.widestModule, box.width / (modules + quiet))
  const module = moduleStep ? Math.max(1, Math.floor(room / moduleStep + 0.001)) * moduleStep : room
  const slack = box.width - modules * module
  let x = box.x + (align === 'center' ? slack / 2 : align === 'right' ? slack : 0)
  widths.forEach((width, index) => {
    if (index % 2 === 0) pdf.rect(x, box.y, width * module, box.height)
    x += width * module
  })
  pdf.fill('#000000')
}
