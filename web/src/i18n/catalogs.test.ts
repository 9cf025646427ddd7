import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import en from './en.json' with { type: 'json' }
import srCyrl from './sr-Cyrl.json' with { type: 'json' }
import srLatn from './sr-Latn.json' with { type: 'json' }
import { transliterateCatalog, type Catalog } from '../../../scripts/cyrillic-catalog.ts'

const SOURCES = fileURLToPath(new URL('..', import.meta.url))
const PLURAL = /_(one|few|many|other)$/
const CATALOGS: Record<string, Catalog> = { en, 'sr-Latn': srLatn, 'sr-Cyrl': srCyrl }
const FORMS: Record<string, string[]> = { en: ['one', 'other'], 'sr-Latn': ['one', 'few', 'other'], 'sr-Cyrl': ['one', 'few', 'other'] }

const texts = (catalog: Catalog, prefix = ''): Map<string, string> =>
  new Map(
    Object.entries(catalog).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...texts(value, `${prefix}${key}.`)],
    ),
  )

const keysOf = (catalog: Catalog): Set<string> => new Set([...texts(catalog).keys()].map((key) => key.replace(PLURAL, '')))

const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(SOURCES, path), 'utf8') }))

describe('translations', () => {
  test('there are sources to look at', () => {
    expect(sources.length).toBeGreaterThan(80)
  })

  test.each(['sr-Latn', 'sr-Cyrl'])('%s has the keys of English, no more and no less', (language) => {
    expect([...keysOf(CATALOGS[language] as Catalog)].toSorted()).toEqual([...keysOf(en)].toSorted())
  })

  test.each(Object.keys(CATALOGS))('%s has every plural form of its language', (language) => {
    const all = texts(CATALOGS[language] as Catalog)
    const plural = [...texts(en).keys()].filter((key) => key.endsWith('_other')).map((key) => key.replace(PLURAL, ''))
    for (const key of plural)
      expect([...all.keys()].filter((one) => one.replace(PLURAL, '') === key).toSorted(), key).toEqual(
        (FORMS[language] as string[]).map((form) => `${key}_${form}`).toSorted(),
      )
  })

  test.each(['sr-Latn', 'sr-Cyrl'])('%s keeps the placeholders of English', (language) => {
    const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].toSorted()
    const english = texts(en)
    for (const [key, text] of texts(CATALOGS[language] as Catalog)) {
      const same = english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? ''
      expect(placeholders(text), key).toEqual(placeholders(same))
    }
  })

  test('Cyrillic is what the script writes from Latin', () => {
    expect(srCyrl).toEqual(transliterateCatalog(srLatn))
  })

  test('every key the screens name exists', () => {
    const known = keysOf(en)
    const named = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/['"]([a-z][A-Za-z]+(?:\.[A-Za-z0-9_]+)+)['"]/g)].map((found) => ({ path, key: found[1] as string })),
    )
    const spaces = new Set(Object.keys(en))
    const missing = named.filter(({ key }) => spaces.has(key.split('.')[0] as string) && !known.has(key) && !PERMISSION.test(key))
    expect(missing).toEqual([])
  })

  test('every family of keys made from a status or kind exists', () => {
    const known = [...keysOf(en)]
    const families = sources.flatMap(({ text }) => [...text.matchAll(/\bt\(`([A-Za-z.]+)\.\$\{/g)].map((found) => found[1] as string))
    const optional = new Set(['event', 'entryKind', 'importTotal', 'reason'])
    for (const family of families)
      if (!optional.has(family))
        expect(
          known.some((key) => key.startsWith(`${family}.`)),
          family,
        ).toBe(true)
  })

  test('no screen has words of its own', () => {
    expect(sources.flatMap(({ path, text }) => (path.endsWith('.tsx') ? hardCoded(path, text) : []))).toEqual([])
  })
})

/** Permissions look like keys (`orders.place`) and are not. */
const PERMISSION =
  /^(orders|inventory|catalog|parties|ledger|warehouse|identity|imports|reports|messaging|carriers|audit|lists)\.(use|share|read|write|send|manage|place|hold|change|pay|return|inspect|adjust|move|receive|release|pick|pack|ship|run|verify|manage_\w+)$/

const SPOKEN = new Set(['title', 'label', 'placeholder', 'aria-label', 'alt', 'description'])

function hardCoded(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const visit = (node: ts.Node, within = ''): void => {
    const tag = ts.isJsxElement(node) ? node.openingElement.tagName.getText(file) : within
    if (ts.isJsxText(node) && /\p{L}/u.test(node.text) && within !== 'kbd') found.push(`${path}: ${node.text.trim()}`)
    if (
      ts.isJsxAttribute(node) &&
      SPOKEN.has(node.name.getText(file)) &&
      node.initializer !== undefined &&
      ts.isStringLiteral(node.initializer) &&
      /\p{L}/u.test(node.initializer.text)
    )
      found.push(`${path}: ${node.name.getText(file)}="${node.initializer.text}"`)
    ts.forEachChild(node, (child) => visit(child, tag))
  }
  visit(file)
  return found
}
