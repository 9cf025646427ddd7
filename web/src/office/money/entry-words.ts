import type { TFunction } from 'i18next'
import type { Amount, JournalEntry } from '../../api/shapes.ts'
import { minorOf } from '../../kit/format.ts'

/** What an entry is about: its kind in words (`goods.ship` by its last part), and the memo beside it. */
export function entryWords(entry: JournalEntry, t: TFunction): string {
  const kind = entry.kind ?? entry.source_type ?? ''
  const last = kind.split('.').at(-1) ?? kind
  const words = kind === '' ? '' : t(`entryKind.${last}`, { defaultValue: last.replaceAll('_', ' ') })
  return [words, memoWords(entry.memo ?? '', t)].filter(Boolean).join(' · ') || '–'
}

/** A memo as written, or in the language of the screen where it only names a document: "Order 11". */
function memoWords(memo: string, t: TFunction): string {
  const [, kind, number] = /^(Order|Voucher|Claim) (\d+)$/.exec(memo) ?? []
  return kind === undefined ? memo : t(`entryMemo.${kind.toLowerCase()}`, { number })
}

/** Number of an entry as people say it. */
export function entryNumber(entry: JournalEntry): string {
  return String(entry.number ?? entry.seq ?? entry.id.slice(0, 8))
}

/** Sum of the debit side in the base currency, minor units; null where the list does not carry postings. */
export function entryAmount(entry: JournalEntry): Amount {
  if (entry.total !== undefined) return entry.total
  if (entry.postings === undefined) return null
  return entry.postings.reduce((sum, posting) => sum + Math.max(0, minorOf(posting.base_amount ?? posting.amount)), 0)
}
