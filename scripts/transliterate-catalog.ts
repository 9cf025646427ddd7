import { readFileSync, writeFileSync } from 'node:fs'
import { transliterateCatalog, type Catalog } from './cyrillic-catalog.ts'

// Writes the Serbian Cyrillic texts from the Latin ones: `node scripts/transliterate-catalog.ts` after each change of `sr-Latn.json`.
const folder = new URL('../web/src/i18n/', import.meta.url)
const latin = JSON.parse(readFileSync(new URL('sr-Latn.json', folder), 'utf8')) as Catalog
writeFileSync(new URL('sr-Cyrl.json', folder), `${JSON.stringify(transliterateCatalog(latin), null, 2)}\n`)
