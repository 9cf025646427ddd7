/** Documents are read back by programs that did not draw them: PDFium for text and pictures, ZXing for barcodes. */
import { describe, expect, test } from 'vitest'
import { hasGs1CheckDigit } from '../../../kernel/gs1.ts'
import { readPdf } from '../../../../test/support/read-pdf.ts'
import type { ReadPage } from '../../../../test/support/read-pdf.ts'
import { sscc } from '../../carriers/index.ts'
import type { DocumentLocale, ShippingLabel } from '../../carriers/index.ts'
import { documentCaptions } from './captions.ts'
import { renderPackingSlip } from './packing-slip.ts'
import type { PackingSlip, PackingSlipLine } from './packing-slip.ts'
import { renderPickList } from './pick-list.ts'
import type { PickListDocument } from './pick-list.ts'
import { renderShippingLabels } from './shipping-label.ts'

/** A thermal printer's resolution for labels, an office scanner's for sheets. */
const LABEL_DPI = 203
const SHEET_DPI = 200

const name120 =
  'Wooden picture frame with hand-carved ornament of oak leaves and acorns, antique white finish, glass front 40 × 60 cm.'.padEnd(120, '!')
const cyrillic = {
  name: 'Љубица Ђорђевић-Џамбасовић',
  company: 'Занатска радионица „Њива“',
  lines: ['Улица Војводе Степе 124, улаз 3, стан 17'],
  postcode: '11000',
  city: 'Београд',
  country: 'RS',
  phone: '+381 64 123 4567',
}
const label: ShippingLabel = {
  locale: 'sr-Latn',
  from: { name: 'Tefter Shop d.o.o.', lines: ['Bulevar oslobođenja 12'], postcode: '21000', city: 'Novi Sad', country: 'RS' },
  to: cyrillic,
  carrierName: 'Kurir Ekspres',
  serviceName: 'Danas za sutra',
  trackingNumber: 'TR00000000420',
  sscc: sscc(3, '8600123', 42),
  weightG: 2350,
  lengthMm: 400,
  widthMm: 300,
  heightMm: 200,
  parcelNumber: 1,
  parcelCount: 2,
  shipmentNumber: 'SH-2026-000123',
  orderReference: 'WEB-10045',
  amountToCollect: { amount: 123400, currency: 'RSD' },
  shippedOn: '2026-11-22',
}
const skuOf = (index: number): string => `85123A-${String(index).padStart(3, '0')}`
const slipLine = (index: number): PackingSlipLine => ({
  sku: skuOf(index),
  name: `Item ${index}`,
  ordered: 7,
  shipped: 5,
  remaining: 2,
  scale: 0,
  unit: '',
})
const slip: PackingSlip = {
  locale: 'en',
  organizationName: 'Tefter Shop',
  organizationAddress: ['Bulevar oslobođenja 12', '21000 Novi Sad'],
  shipmentNumber: 'SH-2026-000123',
  orderNumbers: ['WEB-10045', 'WEB-10051'],
  channelName: 'Web shop',
  shipTo: cyrillic,
  date: '2026-11-22',
  lines: [slipLine(1)],
}
const pickLine = (index: number): PickListDocument['lines'][number] => ({
  bin: `A-${String(index).padStart(3, '0')}`,
  sku: skuOf(index),
  name: `Item ${index}`,
  barcode: '8601234567892',
  quantity: index + 1,
  scale: 0,
  unit: '',
  lot: 'L2026-11',
  shipmentNumbers: ['SH-1', 'SH-2'],
})
const pickList: PickListDocument = {
  locale: 'en',
  organizationName: 'Tefter Shop',
  pickListNumber: 'PL-2026-00042',
  warehouseName: 'Novi Sad',
  date: '2026-11-22',
  lines: [pickLine(0)],
}

/** Text of all pages with line breaks as blanks, so that a wrapped name is found again; PDFium marks a hyphen at a line's end with U+FFFE. */
const textOf = (pages: readonly ReadPage[]): string =>
  pages
    .map((page) => page.text)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('\uFFFE', '-')

describe('shipping labels', () => {
  test('a 203 dpi picture of the label reads back: tracking number and SSCC', async () => {
    const [page] = await readPdf(await renderShippingLabels([label]), LABEL_DPI)
    expect(page).toMatchObject({ width: 288, height: 432 })
    expect(page?.barcodes).toMatchObject([
      { format: 'Code128', text: 'TR00000000420', isGs1: false },
      { format: 'Code128', isGs1: true },
    ])
    const digits = page?.barcodes[1]?.text.replaceAll(/[^\d]/g, '') ?? ''
    expect(digits).toBe(`00${label.sscc}`)
    expect(hasGs1CheckDigit(digits.slice(2))).toBe(true)
  })

  test('people can read everything: Cyrillic address, money due, weight, parcel of parcels', async () => {
    const text = textOf(await readPdf(await renderShippingLabels([label]), LABEL_DPI, 0))
    for (const expected of [
      'Љубица Ђорђевић-Џамбасовић',
      'Занатска радионица „Њива“',
      '11000 Београд',
      'Srbija',
      'COD 1.234,00 RSD',
      '2,350 kg',
      '400 × 300 × 200 mm',
      '1 od 2',
      'WEB-10045',
      'SH-2026-000123',
      `(00)${label.sscc}`,
      'Kurir Ekspres',
      'Danas za sutra',
      'Bulevar oslobođenja 12',
    ])
      expect(text).toContain(expected)
  })

  test.each(['Đorđe Čačić Žuška', 'Zażółć Gęślą Jaźń', 'Jürgen Großmann-Äpfel', 'ЂЉЊЋЏ ђљњћџ', 'Ελένη', 'Łódź Ñandú Åse'])(
    'prints the letters of %s',
    async (name) => {
      const text = textOf(await readPdf(await renderShippingLabels([{ ...label, to: { ...cyrillic, name } }]), LABEL_DPI, 0))
      expect(text).toContain(name)
    },
  )

  test('many labels are many pages, each with its own number; the longest number still scans', async () => {
    const numbers = [
      'JJD000390007882934',
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123',
      '1',
      'a~b^c>d',
      ...Array.from({ length: 6 }, (_, index) => `TR${index}`),
    ]
    const pages = await readPdf(await renderShippingLabels(numbers.map((trackingNumber) => ({ ...label, trackingNumber }))), LABEL_DPI)
    expect(pages.map((page) => page.barcodes[0]?.text)).toEqual(numbers)
  })

  test('a 120-character name and a long address stay on the label, whole, beside barcodes that scan', async () => {
    const lines = [
      'Großmarktstraße 1234567890, Hinterhof, Gebäude B, Aufgang West',
      'c/o Frau Dr. Müller-Lüdenscheid',
      'Donaudampfschifffahrtsgesellschaft'.repeat(3),
    ]
    const pages = await readPdf(await renderShippingLabels([{ ...label, to: { ...cyrillic, name: name120, lines } }]), LABEL_DPI)
    expect(pages).toHaveLength(1)
    const text = textOf(pages)
    for (const expected of [name120, ...lines.slice(0, 2), '11000 Београд', '+381 64 123 4567']) expect(text).toContain(expected)
    expect(pages[0]?.barcodes).toHaveLength(2)
  })

  test('an amount too long for the band shrinks and stays whole', async () => {
    const amountToCollect = { amount: 999_999_999_999_999, currency: 'RSD' }
    const text = textOf(await readPdf(await renderShippingLabels([{ ...label, amountToCollect }]), LABEL_DPI, 0))
    expect(text).toContain('COD 9.999.999.999.999,99 RSD')
  })

  test('the same label twice is the same bytes', async () => {
    expect(await renderShippingLabels([label])).toEqual(await renderShippingLabels([label]))
  })

  test('a label that would not scan is refused', async () => {
    await expect(renderShippingLabels([label, { ...label, sscc: '386001230000000426' }])).rejects.toMatchObject({
      code: 'carriers.label_invalid',
      fields: [{ pointer: '/1/sscc' }],
    })
    await expect(renderShippingLabels([])).rejects.toMatchObject({ code: 'carriers.label_invalid' })
  })
})

describe('packing slips', () => {
  test('150 lines run over pages: every SKU, the head on each page, "Page n of m"', async () => {
    const lines = Array.from({ length: 150 }, (_, index) => ({ ...slipLine(index), name: index % 10 === 0 ? name120 : `Item ${index}` }))
    const pages = await readPdf(await renderPackingSlip([{ ...slip, lines }]), SHEET_DPI, 1)
    // 21 pt a row of one line, 44 pt with a name of three: 3,500 pt in bodies of 700 pt, the first one shorter by its head.
    expect(pages).toHaveLength(6)
    pages.forEach((page, index) => {
      expect([Math.round(page.width), Math.round(page.height)]).toEqual([595, 842])
      expect(page.text).toContain(`Page ${index + 1} of 6`)
      expect(page.text).toContain('Remaining')
      expect(page.text).toContain('SH-2026-000123')
    })
    const text = textOf(pages)
    for (const { sku } of lines) expect(text.split(sku)).toHaveLength(2)
    expect(text.split(name120)).toHaveLength(16)
    expect(pages[0]?.barcodes).toMatchObject([{ format: 'Code128', text: 'SH-2026-000123' }])
  })

  test('each slip of a file counts its own pages and carries its own barcode', async () => {
    const second = { ...slip, shipmentNumber: 'SH-2026-000124', lines: Array.from({ length: 40 }, (_, index) => slipLine(index)) }
    const pages = await readPdf(await renderPackingSlip([slip, second, slip]), SHEET_DPI)
    expect(pages.map((page) => /Page \d+ of \d+/.exec(page.text)?.[0])).toEqual([
      'Page 1 of 1',
      'Page 1 of 2',
      'Page 2 of 2',
      'Page 1 of 1',
    ])
    expect(pages.map((page) => page.barcodes.map((barcode) => barcode.text))).toEqual([
      ['SH-2026-000123'],
      ['SH-2026-000124'],
      [],
      ['SH-2026-000123'],
    ])
  })

  test('says ordered, in this shipment and remaining, kit components, notes and both orders', async () => {
    const kit = { ...slipLine(1), sku: 'GIFT-SET', name: 'Gift set', components: [{ ...slipLine(2), shipped: 10 }, slipLine(3)] }
    const rope = { sku: 'ROPE-8', name: 'Rope', ordered: 1500, shipped: 1250, remaining: 250, scale: 2, unit: 'm' }
    const text = textOf(
      await readPdf(await renderPackingSlip([{ ...slip, lines: [kit, rope], notes: 'Happy birthday!\n\nSecond line.' }]), SHEET_DPI, 0),
    )
    for (const expected of [
      'GIFT-SET',
      skuOf(2),
      skuOf(3),
      '15.00 m',
      '12.50 m',
      '2.50 m',
      'Happy birthday!',
      'Second line.',
      'WEB-10045, WEB-10051',
      'Web shop',
      '22 Nov 2026',
      'Љубица Ђорђевић-Џамбасовић',
    ]) {
      expect(text).toContain(expected)
    }
  })

  test('a kit never stands at the foot of a page without its first component', async () => {
    const kit = { ...slipLine(900), sku: 'KIT-X', components: [{ ...slipLine(901), sku: 'PART-X' }] }
    for (let before = 20; before <= 28; before += 1) {
      const lines = [...Array.from({ length: before }, (_, index) => slipLine(index)), kit]
      // oxlint-disable-next-line no-await-in-loop -- one document at a time
      const pages = await readPdf(await renderPackingSlip([{ ...slip, lines }]), SHEET_DPI, 0)
      expect(pages.find((page) => page.text.includes('KIT-X'))?.text).toContain('PART-X')
    }
  })

  test('long notes go on over pages', async () => {
    const notes = Array.from({ length: 120 }, (_, index) => `Note ${index}.`).join('\n')
    const pages = await readPdf(await renderPackingSlip([{ ...slip, notes }]), SHEET_DPI, 0)
    expect(pages).toHaveLength(3)
    expect(textOf(pages)).toContain('Note 119.')
  })

  test.each<[DocumentLocale, string]>([
    ['sr-Latn', 'Preostaje'],
    ['sr-Cyrl', 'Преостаје'],
  ])('%s has its captions', async (locale, expected) => {
    const text = textOf(await readPdf(await renderPackingSlip([{ ...slip, locale }]), SHEET_DPI, 0))
    expect(text).toContain(expected)
    expect(text).toContain(documentCaptions[locale].packingSlip)
  })

  test('none, too many, or a number no barcode can carry is refused', async () => {
    const refusal = { code: 'warehouse.packing_slip_invalid' }
    await expect(renderPackingSlip([])).rejects.toMatchObject(refusal)
    await expect(renderPackingSlip(Array.from({ length: 501 }, () => slip))).rejects.toMatchObject(refusal)
    await expect(renderPackingSlip([slip, { ...slip, shipmentNumber: 'Š-1' }])).rejects.toMatchObject({
      ...refusal,
      fields: [{ pointer: '/1/shipmentNumber' }],
    })
  })
})

describe('pick lists', () => {
  test('the number scans, and every take is there with bin, quantity, lot and shipments, in the order given', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => pickLine(index))
    const pages = await readPdf(await renderPickList({ ...pickList, lines }), SHEET_DPI, 1)
    expect(pages[0]?.barcodes).toMatchObject([{ format: 'Code128', text: 'PL-2026-00042' }])
    const text = textOf(pages)
    const places = lines.map((line) => text.indexOf(line.bin))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((first, second) => first - second))
    for (const line of lines) expect(text).toContain(line.sku)
    for (const expected of ['8601234567892 · Lot L2026-11', 'SH-1, SH-2', 'Novi Sad', `Page ${pages.length} of ${pages.length}`])
      expect(text).toContain(expected)
  })

  test('a quantity is printed at its scale, and a long bin and SKU stay whole', async () => {
    const odd = {
      ...pickLine(0),
      bin: 'MEZZANINE-NORTH-12-4-B',
      sku: 'A-VERY-LONG-STOCK-KEEPING-UNIT-0001',
      quantity: 1250,
      scale: 3,
      unit: 'kg',
    }
    const text = textOf(await readPdf(await renderPickList({ ...pickList, locale: 'sr-Cyrl', lines: [odd] }), SHEET_DPI, 0))
    expect(text).toContain('1,250 kg')
    expect(text.replaceAll(' ', '')).toContain('MEZZANINE-NORTH-12-4-B')
    expect(text).toContain('A-VERY-LONG-STOCK-KEEPING-UNIT-0001')
  })

  test('a number that no barcode can carry is refused', async () => {
    await expect(renderPickList({ ...pickList, pickListNumber: '' })).rejects.toMatchObject({
      code: 'warehouse.pick_list_invalid',
      fields: [{ pointer: '/pickListNumber' }],
    })
  })
})
