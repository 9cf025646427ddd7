import bwipjs from 'bwip-js/node'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasGs1CheckDigit } from '../../kernel/gs1.ts'
import type { ShippingLabel } from './label.ts'
import { sscc } from './sscc.ts'
import { zplCode128, zplGs1Sscc } from './zpl-code128.ts'
import { renderLabelsZpl } from './zpl-label.ts'
import { zplText, zplTextWidth, zplWrap } from './zpl-text.ts'

const WIDTH_DOTS = 812
const HEIGHT_DOTS = 1218
const label: ShippingLabel = {
  locale: 'sr-Latn',
  from: { name: 'Tefter Shop d.o.o.', lines: ['Bulevar oslobođenja 12'], postcode: '21000', city: 'Novi Sad', country: 'RS' },
  to: { name: 'Љубица Ђорђевић', lines: ['Улица Војводе Степе 124'], postcode: '11000', city: 'Београд', country: 'RS' },
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

type Field = { readonly x: number; readonly y: number; readonly body: string }

/** Fields of a format: what stands between `^FO x,y` and `^FS`. */
function fieldsOf(zpl: string): Field[] {
  return [...zpl.matchAll(/\^FO(\d+),(\d+)(.*?)\^FS/gs)].map(([, x, y, body]) => ({ x: Number(x), y: Number(y), body: body ?? '' }))
}

type BarcodeField = Field & { readonly moduleDots: number; readonly height: number; readonly mode: string; readonly data: string }

function barcodesOf(zpl: string): BarcodeField[] {
  return fieldsOf(zpl).flatMap((field) => {
    const match = /^\^BY(\d+)\^BCN,(\d+),N,N,N,(\w)\^FD(.*)$/.exec(field.body)
    if (!match) return []
    return [{ ...field, moduleDots: Number(match[1]), height: Number(match[2]), mode: match[3] ?? '', data: match[4] ?? '' }]
  })
}

/** Plays the printer: resolves invocation codes (ZPL II Programming Guide, table of `^BC`) to the encoded text, FNC1 as `<F1>`. */
function printerReads(fieldData: string): { text: string; symbols: number } {
  const inB: Record<string, string> = { '>0': '>', '><': '^', '>=': '~' }
  let subset = ''
  let text = ''
  let symbols = 0
  for (const [token] of fieldData.matchAll(/>[:;568]|>[0<=]|\d\d|./g)) {
    symbols += 1
    if (token === '>:' || token === '>6') subset = 'B'
    else if (token === '>;' || token === '>5') subset = 'C'
    else if (token === '>8') text += '<F1>'
    else if (token in inB) text += inB[token]
    else {
      expect(token).not.toMatch(/[\^~>]/)
      if (subset === 'C') expect(token).toMatch(/^\d\d$/)
      else symbols += token.length - 1
      text += token
    }
  }
  return { text, symbols }
}

/** Unescapes a text field as `^FH\` does. */
function printedTexts(zpl: string): string[] {
  return fieldsOf(zpl).flatMap(({ body }) => {
    const data = /\^FH\\\^FD(.*)$/s.exec(body)?.[1]
    return data === undefined ? [] : [data.replace(/\\([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))]
  })
}

describe('barcodes in ZPL', () => {
  test('the SSCC is GS1-128: start C, FNC1, (00), 18 digits with a right check digit, bars of 0.5 mm', () => {
    const barcode = barcodesOf(renderLabelsZpl([label]))[1]
    expect(barcode).toMatchObject({ mode: 'N', moduleDots: 4, data: `>;>800${label.sscc}` })
    const digits = /^>;>800(\d{18})$/.exec(barcode?.data ?? '')?.[1] ?? ''
    expect(hasGs1CheckDigit(digits)).toBe(true)
    // 31.75 mm at 8 dots a millimeter: GS1 General Specifications, section 5.12.3.4.
    expect(barcode?.height).toBeGreaterThanOrEqual(254)
  })

  test('the SSCC is as wide as another encoder says', () => {
    const [drawn] = bwipjs.raw({ bcid: 'gs1-128', text: `(00)${label.sscc}` })
    if (!drawn || !('sbs' in drawn)) throw new Error('No bars.')
    expect(zplGs1Sscc(label.sscc ?? '').modules).toBe(drawn.sbs.reduce((sum, width) => sum + width, 0))
  })

  test('the tracking number reads back', () => {
    const [barcode] = barcodesOf(renderLabelsZpl([label]))
    expect(barcode?.mode).toBe('N')
    expect(printerReads(barcode?.data ?? '').text).toBe(label.trackingNumber)
  })

  test('any printable text reads back, no wider than said and never wider than subset B alone', () => {
    const character = fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0x30, max: 0x39 }))
    const texts = fc.array(character, { minLength: 1, maxLength: 30 }).map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(texts, (text) => {
        const { fieldData, modules } = zplCode128(text)
        const read = printerReads(fieldData)
        expect(read.text).toBe(text)
        expect(modules).toBe((read.symbols + 1) * 11 + 13)
        expect(modules).toBeLessThanOrEqual((text.length + 2) * 11 + 13)
        expect(fieldData).not.toMatch(/[\^~]/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('renderLabelsZpl', () => {
  test('each label is one UTF-8 format of 4 × 6 inches at 203 dpi', () => {
    const zpl = renderLabelsZpl([label, { ...label, parcelNumber: 2 }, { ...label, sscc: null, amountToCollect: null }])
    const formats = zpl.split('^XZ\n').filter((format) => format !== '')
    expect(formats).toHaveLength(3)
    for (const format of formats) {
      expect(format.startsWith('^XA\n^CI28\n^PW812\n^LL1218\n')).toBe(true)
      expect(format.match(/\^XA/g)).toHaveLength(1)
    }
  })

  test('prints whom, what and how much', () => {
    const texts = printedTexts(renderLabelsZpl([label]))
    expect(texts).toEqual(
      expect.arrayContaining([
        'Љубица Ђорђевић',
        '11000 Београд',
        'Srbija',
        'COD 1.234,00 RSD',
        `(00)${label.sscc}`,
        'Paket 1 od 2',
        'TR00000000420',
      ]),
    )
  })

  test('signs that the printer would obey are escaped, and come out as they were', () => {
    const name = String.raw`A^XZ~JA\&B`
    const zpl = renderLabelsZpl([{ ...label, to: { ...label.to, name } }])
    expect(zpl.match(/\^XZ/g)).toHaveLength(1)
    expect(zpl).not.toContain('~')
    expect(printedTexts(zpl)).toContain(name)
  })

  test('every field lies on the label, also with the longest texts', () => {
    const long = 'Großmarktstraße МЉЊШЩЖЮ WWWWWWWW '.repeat(4).trim()
    const labels: ShippingLabel[] = [
      label,
      { ...label, sscc: null },
      {
        ...label,
        locale: 'sr-Cyrl',
        to: { ...label.to, name: long, lines: [long, long, long], city: long, phone: long },
        from: { ...label.to, name: long },
        carrierName: long,
        orderReference: long,
        shipmentNumber: long,
        trackingNumber: 'W'.repeat(30),
        amountToCollect: { amount: 999_999_999_999_99, currency: 'RSD' },
      },
    ]
    for (const { x, y, body } of fieldsOf(renderLabelsZpl(labels))) {
      const box = /^\^GB(\d+),(\d+)/.exec(body)
      const bars = /^\^BY(\d+)\^BCN,(\d+)/.exec(body)
      const text = /\^A@N,(\d+),\d+,[^^]*(\^FB\d+,1,0,C)?\^FH\\\^FD(.*)$/s.exec(body)
      const size = Number(text?.[1])
      const width = box ? Number(box[1]) : bars ? barsWidth(body) : zplTextWidth(text?.[3] ?? '', size)
      const height = box ? Number(box[2]) : bars ? Number(bars[2]) : size
      const quiet = bars ? 10 * Number(bars[1]) : 0
      const left = text?.[2] ? (WIDTH_DOTS - width) / 2 : x
      expect(width).toBeGreaterThan(0)
      expect(left - quiet).toBeGreaterThanOrEqual(0)
      expect(left + width + quiet).toBeLessThanOrEqual(WIDTH_DOTS)
      expect(y + height).toBeLessThanOrEqual(HEIGHT_DOTS)
    }
  })

  test('a long name and address shrink rather than lose a line', () => {
    const lines = ['Großmarktstraße 1234567890, Hinterhof, Gebäude B, Aufgang West', 'c/o Frau Dr. Müller-Lüdenscheid', 'Stockwerk 3']
    const to = {
      ...label.to,
      name: 'Wooden picture frame with hand-carved ornament of oak leaves '.repeat(2).trim(),
      lines,
      phone: '+381 64 123 4567',
    }
    const text = printedTexts(renderLabelsZpl([{ ...label, to }])).join(' ')
    for (const expected of [to.name, ...lines, '11000 Београд', 'Srbija', to.phone]) expect(text).toContain(expected)
  })

  test('an old printer gets its own font', () => {
    expect(renderLabelsZpl([label], { font: '0' })).toContain('^A0N,')
    expect(renderLabelsZpl([label])).toContain('E:TT0003M_.FNT')
  })

  test.each<[string, Partial<ShippingLabel>]>([
    ['/0/trackingNumber', { trackingNumber: '' }],
    ['/0/trackingNumber', { trackingNumber: 'Љ1' }],
    ['/0/trackingNumber', { trackingNumber: '1'.repeat(31) }],
    ['/0/sscc', { sscc: '386001230000000426' }],
    ['/0/weightG', { weightG: 0 }],
    ['/0/parcelNumber', { parcelNumber: 3 }],
    ['/0/amountToCollect', { amountToCollect: { amount: 0, currency: 'RSD' } }],
  ])('a fault at %s is named', (pointer, changed) => {
    expect(() => renderLabelsZpl([{ ...label, ...changed }])).toThrow(
      expect.objectContaining({ code: 'carriers.label_invalid', fields: [expect.objectContaining({ pointer })] }),
    )
  })

  test('no labels are refused', () => {
    expect(() => renderLabelsZpl([])).toThrow(expect.objectContaining({ code: 'carriers.label_invalid' }))
  })
})

describe('text on a thermal label', () => {
  test('wraps within the width and loses nothing while lines are left', () => {
    const words = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((word) => !/\s/.test(word)),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(words, (parts) => {
        const lines = zplWrap(parts.join(' '), 30, 400, 1000)
        for (const line of lines) expect(zplTextWidth(line, 30)).toBeLessThanOrEqual(400)
        expect(lines.join('').replaceAll(' ', '')).toBe(parts.join(''))
      }),
    )
  })

  test('what is too much ends in …', () => {
    const lines = zplWrap('one two three four five six', 30, 100, 2)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/…$/)
  })

  test('escapes exactly three signs', () => {
    expect(zplText(String.raw`a^b~c\d_ž`)).toBe(String.raw`a\5Eb\7Ec\5Cd_ž`)
  })
})

function barsWidth(body: string): number {
  const moduleDots = Number(/^\^BY(\d+)/.exec(body)?.[1])
  const { symbols } = printerReads(/\^FD(.*)$/.exec(body)?.[1] ?? '')
  return ((symbols + 1) * 11 + 13) * moduleDots
}
