import { type Static, Type } from 'typebox'
import { exactly } from '../../kernel/schema.ts'

const Field = Type.String({ minLength: 1, maxLength: 60 })
const Header = Type.String({ minLength: 1, maxLength: 300 })

/**
 * How a file is read. `columns` says which of its columns holds each of our fields (our names as headers when left out); `constants` fill
 * our fields where the file has no column or an empty cell, such as the channel of a shop's own export.
 */
export const ImportSettings = exactly({
  encoding: Type.Optional(Type.String({ maxLength: 40 })),
  /** Sheet of a workbook; its first by default. */
  sheet: Type.Optional(Type.String({ maxLength: 100 })),
  columns: Type.Optional(Type.Record(Field, Header, { maxProperties: 200 })),
  constants: Type.Optional(Type.Record(Field, Type.String({ maxLength: 300 }), { maxProperties: 200 })),
  /** Numbers have a comma before their decimals. */
  decimal_comma: Type.Optional(Type.Boolean()),
  /** What comes first in a date such as 03.04.2026. */
  dates: Type.Optional(Type.Enum(['iso', 'day_first', 'month_first'])),
})
export type ImportSettings = Static<typeof ImportSettings>

/** Cells corrected in the preview: row number → header's text → new text; null leaves the row out. */
export const ImportEdits = Type.Record(
  Type.String({ pattern: '^[1-9][0-9]{0,6}$' }),
  Type.Union([Type.Record(Header, Type.String({ maxLength: 5000 })), Type.Null()]),
  { maxProperties: 1000 },
)
export type ImportEdits = Static<typeof ImportEdits>

/** A header as it is compared: without case, outer spaces, and with underscores for spaces. */
export function headerKey(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, '_')
}
