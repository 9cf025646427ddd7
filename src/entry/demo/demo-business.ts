/** Who the demo business is. Places are real, companies are made up, and no person is named. */
export const DEMO = {
  name: 'Demo Gift Shop',
  slug: 'demo',
  timeZone: 'Europe/London',
  baseCurrency: 'GBP',
  language: 'en',
  channel: 'shop',
} as const

/** Password of all demo users. Only the demo has one that is known, and it is printed only where the server listens on loopback. */
export const DEMO_PASSWORD = 'tefter-demo'

/** The demo's users, one a role. */
export const DEMO_USERS = [
  { email: 'demo@tefter.local', name: 'Demo owner', role: 'owner' },
  { email: 'operations@tefter.local', name: 'Demo operations', role: 'operations' },
  { email: 'warehouse@tefter.local', name: 'Demo warehouse', role: 'warehouse' },
  { email: 'support@tefter.local', name: 'Demo support', role: 'support' },
  { email: 'viewer@tefter.local', name: 'Demo viewer', role: 'viewer' },
] as const

export type DemoWarehouseCode = 'LEI' | 'GLA'

/** The two warehouses; the lower priority number is preferred where distance does not decide. */
export const DEMO_WAREHOUSES = [
  {
    code: 'LEI',
    name: 'Leicester',
    priority: 10,
    latitude: 52.6369,
    longitude: -1.1398,
    address: { name: 'Demo Gift Shop', line1: 'Unit 4, Freemens Common', city: 'Leicester', postcode: 'LE2 7SQ', country: 'GB' },
  },
  {
    code: 'GLA',
    name: 'Glasgow',
    priority: 20,
    latitude: 55.8617,
    longitude: -4.2583,
    address: { name: 'Demo Gift Shop', line1: '12 Hillington Road', city: 'Glasgow', postcode: 'G52 4BL', country: 'GB' },
  },
] as const satisfies readonly { code: DemoWarehouseCode; [key: string]: unknown }[]

/** The parcel carrier, by a table of zones and weights; prices are made up. What is too heavy for it goes on a pallet by the carrier `manual`. */
export const DEMO_CARRIER = {
  code: 'parcel',
  kind: 'table_rate' as const,
  name: 'Parcel by table',
  config: {
    tracking_prefix: 'DGS',
    services: [
      {
        code: 'standard',
        name: 'Standard',
        table: {
          currency: 'GBP',
          zones: [
            { code: 'UK', areas: [{ country: 'GB' }], bands: bands(420, 690, 1190, 2490) },
            { code: 'WORLD', areas: [{ country: '*' }], bands: bands(890, 1490, 3290, 6900) },
          ],
        },
      },
    ],
  },
} satisfies { kind: 'table_rate'; [key: string]: unknown }

/** Prices in pence up to 1, 5, 15 and 30 kg. */
function bands(...prices: readonly [number, number, number, number]): { up_to_g: number; price_minor: number }[] {
  return [1_000, 5_000, 15_000, 30_000].map((up_to_g, index) => ({ up_to_g, price_minor: prices[index] ?? prices[3] }))
}

/** Suppliers; each item has two of them. */
export const DEMO_SUPPLIERS = [
  { external_id: 'S1', name: 'Midland Giftware Ltd', city: 'Birmingham', postcode: 'B5 6BJ', country: 'GB' },
  { external_id: 'S2', name: 'Thames Paper & Print Ltd', city: 'London', postcode: 'E14 5AB', country: 'GB' },
  { external_id: 'S3', name: 'Nordhaus Holzwaren GmbH', city: 'Berlin', postcode: '10115', country: 'DE' },
  { external_id: 'S4', name: 'Lumière Bougies SARL', city: 'Paris', postcode: '75001', country: 'FR' },
  { external_id: 'S5', name: 'Baltic Tin & Wire UAB', city: 'Vilnius', postcode: '01100', country: 'LT' },
  { external_id: 'S6', name: 'Harbour Home Trading Ltd', city: 'Hong Kong', postcode: '', country: 'HK' },
] as const

/**
 * The warehouse that will serve an address as long as it has the goods: the planner has them there in time. Sourcing decides again, by its own rules:
 * same country, then the longer common beginning of the postcodes, then priority.
 */
export function likelyWarehouse(shipTo: { country: string; postcode?: string }): DemoWarehouseCode {
  return shipTo.country === 'GB' && /^G\d/.test(shipTo.postcode ?? '') ? 'GLA' : 'LEI'
}
