import { isUtf8 } from 'node:buffer'
import { BadFile } from './bad-file.ts'

/** Encodings a file may have. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1250', 'windows-1252'] as const
export type Encoding = (typeof ENCODINGS)[number]

const SAVE_AS_UTF8 =
  'save it again as "CSV UTF-8", or say its encoding (windows-1250 for Serbian, Croatian, Polish …; windows-1252 for Western European)'

/** What a file of another kind begins with. */
const SIGNATURES: readonly { bytes: number[]; what: string; fix: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'an Excel workbook or ZIP file', fix: 'open it and save the sheet as "CSV UTF-8"' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook (.xls)', fix: 'open it and save the sheet as "CSV UTF-8"' },
  { bytes: [0x1f, 0x8b], what: 'a gzip file', fix: 'unpack it first' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF', fix: 'export the table as CSV where it comes from' },
]

/** Bytes given to the decoder at once. */
const CHUNK = 64 * 1024

/**
 * Finds the encoding of a file's bytes, or proves a stated one. Never guesses: without a byte order mark a file is UTF-8, or reads the same
 * in Windows-1250 and Windows-1252, or holds a byte that only one of the two has — otherwise it is refused.
 *
 * @throws BadFile `file.empty`, `file.not_text`, `file.cut_short`, `file.encoding`
 */
export function findEncoding(content: Uint8Array, stated: string | null): Encoding {
  if (content.length === 0)
    throw new BadFile('file.empty', 'The file is empty', 'choose a file with a header row and at least one row below it')
  for (const { bytes, what, fix } of SIGNATURES) {
    if (bytes.every((byte, index) => content[index] === byte))
      throw new BadFile('file.not_text', `The file is ${what}, not a CSV file`, fix)
  }
  const marked = byteOrderMark(content)
  if (stated !== null) return proveStated(content, stated, marked)
  if (marked !== null) return proveWhole(content, marked)
  if (looksLikeUtf16(content))
    throw new BadFile('file.encoding', 'The file looks like UTF-16 without a byte order mark', 'save it again as "CSV UTF-8"')
  if (isUtf8(content)) return 'utf-8'
  if (endsInsideCharacter(content))
    throw new BadFile(
      'file.cut_short',
      'The file ends in the middle of a character: it was cut in half on its way',
      'transfer it again, whole',
    )
  return findWindowsEncoding(content)
}

/** The text of a file in pieces, its byte order mark left out. */
export function* decode(content: Uint8Array, encoding: Encoding): Generator<string> {
  const decoder = new TextDecoder(encoding)
  for (let at = 0; at < content.length; at += CHUNK) yield decoder.decode(content.subarray(at, at + CHUNK), { stream: true })
  yield decoder.decode()
}

function byteOrderMark(content: Uint8Array): Encoding | null {
  if (content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf) return 'utf-8'
  if (content[0] === 0xff && content[1] === 0xfe) return 'utf-16le'
  if (content[0] === 0xfe && content[1] === 0xff) return 'utf-16be'
  return null
}

function proveStated(content: Uint8Array, stated: string, marked: Encoding | null): Encoding {
  const encoding = ENCODINGS.find((known) => known === stated.toLowerCase())
  if (encoding === undefined)
    throw new BadFile('file.encoding', `"${stated}" is no encoding that is read here`, `use one of ${ENCODINGS.join(', ')}`)
  if (marked !== null && marked !== encoding)
    throw new BadFile('file.encoding', `The file says of itself that it is ${marked}, not ${encoding}`, 'leave the encoding out')
  return proveWhole(content, encoding)
}

function proveWhole(content: Uint8Array, encoding: Encoding): Encoding {
  if (encoding === 'utf-8' && !isUtf8(content)) {
    if (endsInsideCharacter(content))
      throw new BadFile(
        'file.cut_short',
        'The file ends in the middle of a character: it was cut in half on its way',
        'transfer it again, whole',
      )
    throw new BadFile('file.encoding', 'The file says it is UTF-8, but holds bytes that are not', SAVE_AS_UTF8)
  }
  if (encoding.startsWith('utf-16') && content.length % 2 === 1) {
    throw new BadFile(
      'file.cut_short',
      'The file ends in the middle of a character: it was cut in half on its way',
      'transfer it again, whole',
    )
  }
  if (encoding.startsWith('utf-16') && !isWellFormed(content, encoding)) {
    throw new BadFile(
      'file.encoding',
      `The file is not good ${encoding.toUpperCase()}: it holds halves of characters`,
      'save it again as "CSV UTF-8"',
    )
  }
  if (encoding.startsWith('windows') && !reads(content, encoding)) {
    throw new BadFile('file.encoding', `The file holds bytes that ${encoding} does not have`, SAVE_AS_UTF8)
  }
  return encoding
}

function isWellFormed(content: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(content)
    return true
  } catch {
    // A fatal decoder says by throwing that the bytes are not of this encoding; that is the answer.
    return false
  }
}

function findWindowsEncoding(content: Uint8Array): Encoding {
  const central = reads(content, 'windows-1250')
  const western = reads(content, 'windows-1252')
  if (central && !western) return 'windows-1250'
  if (western && !central) return 'windows-1252'
  if (!central && !western) throw new BadFile('file.encoding', 'The file is neither UTF-8 nor a Windows code page', SAVE_AS_UTF8)
  const doubt = firstDifference(content)
  if (doubt === null) return 'windows-1252'
  throw new BadFile(
    'file.encoding',
    `The file is not UTF-8, and its encoding cannot be told for sure: it could say "${doubt.central}" or "${doubt.western}"`,
    SAVE_AS_UTF8,
  )
}

/** Whether every byte above 7F is a character of the code page. Unassigned bytes decode to control characters. */
function reads(content: Uint8Array, encoding: Encoding): boolean {
  const decoder = new TextDecoder(encoding)
  return highBytes(content).every((byte) => !/[\u0080-\u009f]/.test(decoder.decode(Uint8Array.of(byte))))
}

/** The first piece of text that reads differently in the two code pages, both ways; null when the whole file reads the same. */
function firstDifference(content: Uint8Array): { central: string; western: string } | null {
  const central = new TextDecoder('windows-1250')
  const western = new TextDecoder('windows-1252')
  const differing = new Set(
    highBytes(content).filter((byte) => central.decode(Uint8Array.of(byte)) !== western.decode(Uint8Array.of(byte))),
  )
  const at = content.findIndex((byte) => differing.has(byte))
  if (at < 0) return null
  const piece = content.subarray(Math.max(0, at - 8), at + 8)
  const clean = (text: string): string => text.replaceAll(/[\p{Cc}",;]+/gu, ' ').trim()
  return { central: clean(central.decode(piece)), western: clean(western.decode(piece)) }
}

function highBytes(content: Uint8Array): number[] {
  const seen = new Uint8Array(256)
  for (const byte of content) seen[byte] = 1
  return Array.from({ length: 128 }, (_, index) => index + 128).filter((byte) => seen[byte] === 1)
}

/** Text of mostly Latin letters in UTF-16 has a NUL in every other byte. */
function looksLikeUtf16(content: Uint8Array): boolean {
  const head = content.subarray(0, 1000)
  return head.filter((byte) => byte === 0).length * 3 > head.length
}

/** Whether bytes are good UTF-8 but for a last character that lacks its end. */
function endsInsideCharacter(content: Uint8Array): boolean {
  for (let cut = 1; cut <= 3 && cut <= content.length; cut += 1) {
    const lead = content[content.length - cut] ?? 0
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
    if (length > cut && isUtf8(content.subarray(0, content.length - cut)))
      return content.subarray(0, content.length - cut).some((byte) => byte > 0x7f) || cut > 1
  }
  return false
}
