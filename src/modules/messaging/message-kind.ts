import type { MessageLanguage } from './language.ts'

/** What customers are told. */
export const CUSTOMER_KINDS = ['order_received', 'shipped', 'delayed', 'ready', 'refunded'] as const
export type CustomerKind = (typeof CUSTOMER_KINDS)[number]

/** Everything that is mailed: to customers, to colleagues, and the trial of a sender. */
export const MESSAGE_KINDS = [...CUSTOMER_KINDS, 'alert_digest', 'test'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/**
 * What a message speaks of, in the reader's language and formats: the variables of templates. Lists are sections
 * (`{{#lines}}{{quantity}} × {{name}}{{/lines}}`), the others are text; what does not apply is empty.
 */
export interface MessageFacts {
  shop_name: string
  first_name: string
  order_number: string
  order_date: string
  total: string
  city: string
  lines: { name: string; sku: string; quantity: string; amount: string }[]
  parcels: { carrier: string; tracking_number: string; tracking_url: string }[]
  tracking_page_url: string
  promised_on: string
  promised_before: string
  refund_amount: string
  pickup_name: string
  pickup_address: string
}

/** Variables that templates may name, with what each says; the sections' own stand below their section. */
export const VARIABLES: readonly { name: string; inside: string | null }[] = [
  ...[
    'shop_name',
    'first_name',
    'order_number',
    'order_date',
    'total',
    'city',
    'lines',
    'parcels',
    'tracking_page_url',
    'promised_on',
    'promised_before',
    'refund_amount',
    'pickup_name',
    'pickup_address',
  ].map((name) => ({ name, inside: null })),
  ...['name', 'sku', 'quantity', 'amount'].map((name) => ({ name, inside: 'lines' })),
  ...['carrier', 'tracking_number', 'tracking_url'].map((name) => ({ name, inside: 'parcels' })),
]

/** Facts for a preview without an order. */
export function sampleFacts(language: MessageLanguage, shopName: string): MessageFacts {
  const english = language === 'en'
  return {
    shop_name: shopName,
    first_name: english ? 'Ana' : language === 'sr-Latn' ? 'Ana' : 'Ана',
    order_number: '10482',
    order_date: english ? '3 Nov 2026' : '3. 11. 2026.',
    total: english ? 'EUR 84.10' : '84,10 EUR',
    city: language === 'sr-Cyrl' ? 'Београд' : 'Beograd',
    lines: [
      {
        name: english ? 'White mug' : language === 'sr-Latn' ? 'Bela šolja' : 'Бела шоља',
        sku: 'MUG-1',
        quantity: '2',
        amount: english ? 'EUR 19.98' : '19,98 EUR',
      },
    ],
    parcels: [{ carrier: 'City courier', tracking_number: 'TR0001234567', tracking_url: 'https://example.com/track/TR0001234567' }],
    tracking_page_url: 'https://example.com/t/sample',
    promised_on: english ? '5 Nov 2026' : '5. 11. 2026.',
    promised_before: english ? '4 Nov 2026' : '4. 11. 2026.',
    refund_amount: english ? 'EUR 19.98' : '19,98 EUR',
    pickup_name: shopName,
    pickup_address: 'Knez Mihailova 1, 11000 Beograd',
  }
}
