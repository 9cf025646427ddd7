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

/**
 * Serbian text in Latin letters as Cyrillic; what `kept` (a global pattern) matches stays as it is. Words where nj, lj or dž are two
 * letters (for instance "injekcija") are not told apart: our texts have none.
 */
export function toCyrillic(latin: string, kept: RegExp): string {
  let result = ''
  let from = 0
  for (const found of latin.matchAll(kept)) {
    result += lettersOf(latin.slice(from, found.index)) + found[0]
    from = found.index + found[0].length
  }
  return result + lettersOf(latin.slice(from))
}

function lettersOf(text: string): string {
  const digraphs = DIGRAPHS.reduce((done, [latin, letter]) => done.replaceAll(latin, letter), text)
  return Array.from(digraphs, (letter) => {
    const at = LATIN.indexOf(letter)
    return at < 0 ? letter : CYRILLIC.charAt(at)
  }).join('')
}
