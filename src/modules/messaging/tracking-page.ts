import { createHash } from 'node:crypto'
import type { MessageLanguage } from './language.ts'
import { templateInCyrillic } from './language.ts'

/** What the public page of an order shows. No personal values beyond first name and city. Days are written out in the reader's language. */
export interface TrackedOrder {
  shopName: string
  orderNumber: string
  firstName: string
  city: string
  /** Days by step; null: not yet. Canceled orders show only that. */
  steps: { received: string | null; packed: string | null; shipped: string | null; delivered: string | null }
  isCanceled: boolean
  partlyShipped: boolean
  promisedOn: string | null
  parcels: { carrier: string; trackingNumber: string; trackingUrl: string | null; status: 'shipped' | 'delivered' }[]
}

const ENGLISH = {
  title: 'Order',
  for: 'for',
  received: 'Order received',
  packed: 'Packed',
  shipped: 'On its way',
  partly: 'Partly on its way',
  delivered: 'Delivered',
  canceled: 'This order was canceled.',
  promised: 'We expect to send it by',
  parcels: 'Parcels',
  follow: 'Follow at the carrier',
  notFound: 'There is no such page',
  notFoundWhy: 'The link may be cut off or closed. Open it again from the message you got, or ask the shop.',
  done: 'done',
  waiting: 'not yet',
  language: 'Language',
}
const LATIN: typeof ENGLISH = {
  title: 'Porudžbina',
  for: 'za',
  received: 'Porudžbina primljena',
  packed: 'Spakovano',
  shipped: 'Na putu',
  partly: 'Delom na putu',
  delivered: 'Isporučeno',
  canceled: 'Ova porudžbina je otkazana.',
  promised: 'Očekujemo da je pošaljemo do',
  parcels: 'Paketi',
  follow: 'Pratite kod kurira',
  notFound: 'Nema takve stranice',
  notFoundWhy: 'Veza je možda odsečena ili zatvorena. Otvorite je ponovo iz poruke koju ste dobili ili pitajte prodavnicu.',
  done: 'završeno',
  waiting: 'još nije',
  language: 'Jezik',
}
const WORDS: Readonly<Record<MessageLanguage, typeof ENGLISH>> = {
  en: ENGLISH,
  'sr-Latn': LATIN,
  'sr-Cyrl': Object.fromEntries(Object.entries(LATIN).map(([key, text]) => [key, templateInCyrillic(text)])) as typeof ENGLISH,
}

const STYLE =
  ':root{color-scheme:light dark;--ink:#1a1d1f;--soft:#5b646b;--line:#d9dee2;--paper:#fff;--accent:#0b7a75}@media(prefers-color-scheme:dark){:root{--ink:#e8ebed;--soft:#a2abb2;--line:#3a4147;--paper:#15181a;--accent:#3fb8af}}*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem 3rem}h1{font-size:1.25rem;margin:.25rem 0}h2{font-size:1rem;margin:1.5rem 0 .5rem}p{margin:.25rem 0}.soft{color:var(--soft)}ol,ul{list-style:none;margin:1rem 0;padding:0}li{padding:.6rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}ol li{display:flex;gap:.75rem;align-items:baseline}ol li[data-step=waiting]{color:var(--soft)}ol span:first-child{width:1.25rem;color:var(--accent);font-weight:700}ol span:last-child{margin-left:auto;white-space:nowrap}a{color:var(--accent)}nav{margin-top:2rem;font-size:.875rem}nav a{display:inline-block;padding:.25rem .5rem .25rem 0}'

/** Content security policy of the page: nothing but this very style sheet. */
export const TRACKING_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** The page of an order as HTML; works without scripts and from 320 px on. */
export function renderTrackingPage(order: TrackedOrder, language: MessageLanguage): string {
  const words = WORDS[language]
  const who = [order.firstName, order.city].filter((text) => text !== '').join(', ')
  const body = [
    `<p class="soft">${escape(order.shopName)}</p>`,
    `<h1>${words.title} ${escape(order.orderNumber)}</h1>`,
    who === '' ? '' : `<p class="soft">${words.for} ${escape(who)}</p>`,
    order.isCanceled ? `<p><strong>${words.canceled}</strong></p>` : stepsOf(order, words),
    order.promisedOn === null ? '' : `<p>${words.promised} <strong>${escape(order.promisedOn)}</strong></p>`,
    order.parcels.length === 0
      ? ''
      : `<h2>${words.parcels}</h2><ul>${order.parcels.map((parcel) => parcelOf(parcel, words)).join('')}</ul>`,
  ]
  return pageOf(`${words.title} ${order.orderNumber}`, body.join(''), language)
}

/** The page for a link that leads nowhere. */
export function renderNoTrackingPage(language: MessageLanguage): string {
  const words = WORDS[language]
  return pageOf(words.notFound, `<h1>${words.notFound}</h1><p>${words.notFoundWhy}</p>`, language)
}

function stepsOf({ steps, partlyShipped }: TrackedOrder, words: typeof ENGLISH): string {
  const list: [string, string | null][] = [
    [words.received, steps.received],
    [words.packed, steps.packed],
    [partlyShipped ? words.partly : words.shipped, steps.shipped],
    [words.delivered, steps.delivered],
  ]
  const items = list.map(([name, day]) => {
    const state = day === null ? 'waiting' : 'done'
    return `<li data-step="${state}"><span aria-hidden="true">${day === null ? '○' : '✓'}</span><span>${name}</span><span>${day === null ? words.waiting : escape(day)}</span></li>`
  })
  return `<ol>${items.join('')}</ol>`
}

function parcelOf(parcel: TrackedOrder['parcels'][number], words: typeof ENGLISH): string {
  const number = escape([parcel.carrier, parcel.trackingNumber].filter(Boolean).join(' '))
  const link =
    parcel.trackingUrl === null || !/^https?:\/\//.test(parcel.trackingUrl)
      ? ''
      : ` <a href="${escape(parcel.trackingUrl)}" rel="noreferrer noopener">${words.follow}</a>`
  return `<li>${number}${parcel.status === 'delivered' ? ` (${words.delivered})` : ''}${link}</li>`
}

function pageOf(title: string, body: string, language: MessageLanguage): string {
  const links = (['en', 'sr-Latn', 'sr-Cyrl'] as const)
    .filter((one) => one !== language)
    .map(
      (one) =>
        `<a href="?lang=${one}" lang="${one}" hreflang="${one}">${{ en: 'English', 'sr-Latn': 'Srpski', 'sr-Cyrl': 'Српски' }[one]}</a>`,
    )
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main>${body}<nav aria-label="${WORDS[language].language}">${links.join(' ')}</nav></main></body></html>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}
