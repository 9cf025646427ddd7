import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** A page as other programs see it: its size in points, its text, and the barcodes that a scanner finds on it. */
export type ReadPage = {
  readonly width: number
  readonly height: number
  readonly text: string
  readonly barcodes: readonly ReadBarcode[]
}

/** `isGs1` is true when the symbol opens with FNC1; `text` has the digits without it. */
export type ReadBarcode = { readonly format: string; readonly text: string; readonly isGs1: boolean; readonly top: number }

/** PDF points are 1/72 inch. */
const POINTS_PER_INCH = 72

/**
 * Reads a PDF back with PDFium (text and picture) and ZXing (barcodes), neither of which drew it.
 * `dpi` is the resolution of the imagined scanner; 203 is a thermal printer's. `barcodePages` limits the slow part.
 */
export async function readPdf(bytes: Uint8Array, dpi: number, barcodePages = 100): Promise<ReadPage[]> {
  await loadBarcodeReader()
  pdfium ??= PDFiumLibrary.init()
  const library = await pdfium
  const document = await library.loadDocument(bytes)
  try {
    const pages: ReadPage[] = []
    for (const page of document.pages()) {
      const { originalWidth: width, originalHeight: height } = page.getOriginalSize()
      const text = page.getText()
      // oxlint-disable-next-line no-await-in-loop -- one page in memory at a time
      const barcodes = pages.length < barcodePages ? await scan(await page.render({ scale: dpi / POINTS_PER_INCH, render: 'bitmap' })) : []
      pages.push({ width, height, text, barcodes })
    }
    return pages
  } finally {
    document.destroy()
  }
}

async function scan(picture: { data: Uint8Array; width: number; height: number }): Promise<ReadBarcode[]> {
  const { data, width, height } = picture
  const image = { data: new Uint8ClampedArray(data), width, height, colorSpace: 'srgb' as const, pixelFormat: 'rgba-unorm8' as const }
  const found = await readBarcodes(image as Parameters<typeof readBarcodes>[0], {
    formats: ['Code128'],
    tryHarder: true,
    maxNumberOfSymbols: 10,
  })
  return found
    .map((barcode) => ({
      format: barcode.format,
      text: barcode.text,
      isGs1: barcode.contentType === 'GS1',
      top: barcode.position.topLeft.y,
    }))
    .toSorted((first, second) => first.top - second.top)
}

let loading: Promise<unknown> | undefined
let pdfium: Promise<PDFiumLibrary> | undefined

/** ZXing looks for its WebAssembly on the network unless it is handed the file of the package. */
function loadBarcodeReader(): Promise<unknown> {
  loading ??= readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then((file) =>
    prepareZXingModule({
      overrides: { wasmBinary: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer },
      fireImmediately: true,
    }),
  )
  return loading
}
