import { toCyrillic } from '../../kernel/cyrillic.ts'

/** Languages that customers are written to in. */
export const MESSAGE_LANGUAGES = ['en', 'sr-Latn', 'sr-Cyrl'] as const
export type MessageLanguage = (typeof MESSAGE_LANGUAGES)[number]

/** Locales of dates and numbers. en-GB: day before month, as in Serbia. */
export const LOCALES: Readonly<Record<MessageLanguage, string>> = { en: 'en-GB', 'sr-Latn': 'sr-Latn-RS', 'sr-Cyrl': 'sr-Cyrl-RS' }

/** Countries where an address says that its reader knows Serbian. */
const SERBIAN_COUNTRIES = new Set(['RS', 'ME', 'BA'])

/**
 * The language to write to a customer in. A fixed choice of the sender wins; `auto` goes by the country of the address:
 * Serbian for RS, ME and BA (in the organization's script), English elsewhere.
 */
export function messageLanguage(setting: MessageLanguage | 'auto', country: string, organizationLanguage: string): MessageLanguage {
  if (setting !== 'auto') return setting
  if (!SERBIAN_COUNTRIES.has(country)) return 'en'
  return organizationLanguage === 'sr-Cyrl' ? 'sr-Cyrl' : 'sr-Latn'
}

/** The language for words shown to a member of the organization. */
export function officeLanguage(organizationLanguage: string): MessageLanguage {
  return MESSAGE_LANGUAGES.find((language) => language === organizationLanguage) ?? 'en'
}

/** Placeholders, tags and entities stay as they are. */
const KEPT = /\{\{.*?\}\}|<[^>]*>|&[a-z#0-9]+;/g

/** Serbian words of a template in Cyrillic; placeholders, HTML tags and entities are left alone. */
export function templateInCyrillic(latin: string): string {
  return toCyrillic(latin, KEPT)
}
