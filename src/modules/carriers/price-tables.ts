import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { adapterOf, type StoredCarrierRow } from './carrier.ts'

/** Asks the lowest price of a parcel to a place, in minor units; null where no price list reaches it. `weightG` in grams, at least 1. */
export type PriceOfParcel = (to: { country: string; postcode: string }, weightG: number) => Promise<number | null>

/**
 * The lowest price among the active carriers whose price lists we keep, in one currency; null when there is no such carrier. Carriers on
 * another machine are not asked.
 */
export async function lowestPrices(tx: Tx, orgId: number, currency: string): Promise<PriceOfParcel | null> {
  const { rows } = await sql<StoredCarrierRow>`
    select id, code, name, kind, config, tracking_url, is_active, version from carriers.carrier
     where org_id = ${orgId} and is_active and kind = 'table_rate' order by code limit 100`.execute(tx)
  if (rows.length === 0) return null
  const adapters = rows.map(adapterOf)
  return async ({ country, postcode }, weightG) => {
    const place = { name: '', lines: [], city: '', postcode, country }
    const parcel = { parcelId: ZERO_ID, parcelSerial: 1, from: place, to: place, weightG }
    const quotes = await Promise.all(
      adapters.flatMap((adapter) => adapter.services.map((service) => adapter.quoteRate({ ...parcel, serviceCode: service.code }))),
    )
    const prices = quotes.flatMap((quote) => (quote.outcome === 'rate' && quote.price?.currency === currency ? [quote.price.amount] : []))
    return prices.length === 0 ? null : Math.min(...prices)
  }
}
