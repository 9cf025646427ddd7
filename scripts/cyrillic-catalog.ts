import { toCyrillic } from '../src/kernel/cyrillic.ts'

/** What stays in Latin letters: placeholders, brands, codes, formats and units. */
const LATIN_KEPT =
  /\{\{.*?\}\}|\b(?:Tefter|SMTP|STARTTLS|TLS|HTML|SKU|API|CSV|XLSX|PDF|ZPL|SSCC|UTF-8|FIFO|UCI|Online Retail|MB|https|RS|GB|PIB|YYYY-MM-DD|GGGG-MM-DD|mm|ms|km|g)\b/g

export interface Catalog {
  [key: string]: string | Catalog
}

/** A whole catalog of texts in Cyrillic. */
export function transliterateCatalog(catalog: Catalog): Catalog {
  return Object.fromEntries(
    Object.entries(catalog).map(([key, value]) => [
      key,
      typeof value === 'string' ? toCyrillic(value, LATIN_KEPT) : transliterateCatalog(value),
    ]),
  )
}
