/** Text on a thermal label: what must be escaped, and how much of it fits on a line. */

/** Bytes that the printer's parser would act upon: `^` and `~` open commands, `\` is our `^FH` mark. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\5C', '^': '\\5E', '~': '\\7E' }

/** Field data for a field that was opened with `^FH\`: UTF-8 as it is, command signs as hexadecimal. */
export function zplText(text: string): string {
  return text.replace(/[\\^~]/g, (sign) => ESCAPES[sign] ?? sign)
}

/**
 * Width of a text in dots at a font height in dots, never less than printed.
 *
 * The printer cannot be asked. The figures are the widths of a Helvetica (the resident Swiss 721 is one) in thousandths
 * of its height, by class and rounded up, so that a line may end early but never runs out of the label.
 */
export function zplTextWidth(text: string, heightDots: number): number {
  let thousandths = 0
  for (const character of text) thousandths += characterWidth(character)
  return Math.ceil((thousandths * heightDots) / 1000)
}

function characterWidth(character: string): number {
  if (/[ iljtfrI.,:;'!|()[\]ѕіј-]/u.test(character)) return 360
  if (/[MWmw@%—ЖШЩЮЉЊМЫФжшщюљњфмы]/u.test(character)) return character === character.toUpperCase() ? 1060 : 930
  if (/[\p{Lu}&+=<>#€]/u.test(character)) return 790
  if (/[\p{Ll}\d"*/?_$^~\\]/u.test(character)) return 580
  return 1060
}

/**
 * Breaks a text into lines no wider than `widthDots`, at spaces, and within a word only where the word alone is too wide.
 * Past `maxLines` the last line ends in "…".
 */
export function zplWrap(text: string, heightDots: number, widthDots: number, maxLines: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((part) => splitWord(part, heightDots, widthDots))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (zplTextWidth(longer, heightDots) <= widthDots) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  if (line !== '') lines.push(line)
  return lines.length <= maxLines ? lines : shortened(lines.slice(0, maxLines), heightDots, widthDots)
}

function splitWord(word: string, heightDots: number, widthDots: number): string[] {
  if (zplTextWidth(word, heightDots) <= widthDots) return [word]
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && zplTextWidth(part + character, heightDots) > widthDots) {
      parts.push(part)
      part = ''
    }
    part += character
  }
  return [...parts, part]
}

function shortened(lines: string[], heightDots: number, widthDots: number): string[] {
  let last = [...(lines.at(-1) ?? '')]
  while (last.length > 0 && zplTextWidth(`${last.join('')}…`, heightDots) > widthDots) last = last.slice(0, -1)
  return [...lines.slice(0, -1), `${last.join('').trimEnd()}…`]
}
