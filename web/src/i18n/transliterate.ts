/** Digraphs first: each is one letter in Cyrillic. */
const DIGRAPHS: readonly (readonly [string, string])[] = [
  ['Dž', 'Џ'],
  ['DŽ', 'Џ'],
  ['dž', 'џ'],
  ['Lj', 'Љ'],
  ['LJ', 'Љ'],
  ['lj', 'љ'],
  ['Nj', 'Њ'],
  ['NJ', 'Њ'],
  ['nj', 'њ'],
]

const LATIN = 'abvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ'
const CYRILLIC = 'абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ'

/** What stays in Latin letters: placeholders, brands, codes, formats and units. */
const LATIN_KEPT =
  /\{\{.*?\}\}|\b(?:Tefter|SMTP|STARTTLS|TLS|HTML|SKU|API|CSV|PDF|ZPL|SSCC|UTF-8|FIFO|UCI|Online Retail|MB|https|RS|GB|PIB|YYYY-MM-DD|GGGG-MM-DD|mm|ms|km|g)\b/g

/**
 * Serbian text in Latin letters as Cyrillic.
 *
 * Words where nj, lj or dž are two letters (for instance "injekcija") do not occur in our texts; a test keeps the written file equal to this.
 */
export function transliterate(text: string): string {
  let result = ''
  let from = 0
  for (const kept of text.matchAll(LATIN_KEPT)) {
    result += cyrillic(text.slice(from, kept.index)) + kept[0]
    from = kept.index + kept[0].length
  }
  return result + cyrillic(text.slice(from))
}

function cyrillic(text: string): string {
  const digraphs = DIGRAPHS.reduce((done, [latin, letter]) => done.replaceAll(latin, letter), text)
  return Array.from(digraphs, (letter) => {
    const at = LATIN.indexOf(letter)
    return at < 0 ? letter : CYRILLIC.charAt(at)
  }).join('')
}

export interface Catalog {
  [key: string]: string | Catalog
}

/** A whole catalog of texts in Cyrillic. */
export function transliterateCatalog(catalog: Catalog): Catalog {
  return Object.fromEntries(
    Object.entries(catalog).map(([key, value]) => [key, typeof value === 'string' ? transliterate(value) : transliterateCatalog(value)]),
  )
}
