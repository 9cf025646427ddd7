/** Carriers from what is stored of them: the kind, and its settings as JSON. */

import { Type } from 'typebox'
import type { Static } from 'typebox'
import { parse } from '../../kernel/parse.ts'
import { exactly, nullable } from '../../kernel/schema.ts'
import type { CarrierAdapter } from './carrier-adapter.ts'
import { manualCarrier } from './manual-carrier.ts'
import type { RateTable } from './rate-table.ts'
import { tableRateCarrier } from './table-rate-carrier.ts'

/** The kinds of carrier that exist. */
export type CarrierKind = 'manual' | 'table_rate'

const Code = Type.String({ minLength: 1, maxLength: 40 })
const Name = Type.String({ minLength: 1, maxLength: 100 })

/** Settings of a manual carrier, as JSON. */
export const ManualCarrierSettings = exactly({
  services: Type.Array(exactly({ code: Code, name: Name }), { minItems: 1, maxItems: 50 }),
})

const RateTableSettings = exactly({
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  volumetric_cm3_per_kg: Type.Optional(nullable(Type.Integer({ minimum: 1 }))),
  zones: Type.Array(
    exactly({
      code: Code,
      areas: Type.Array(
        exactly({
          country: Type.String({ pattern: '^([A-Z]{2}|\\*)$' }),
          postcode_prefixes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 20 }), { maxItems: 10_000 })),
        }),
        { minItems: 1, maxItems: 300 },
      ),
      bands: Type.Array(exactly({ up_to_g: Type.Integer({ minimum: 1 }), price_minor: Type.Integer({ minimum: 0 }) }), {
        minItems: 1,
        maxItems: 200,
      }),
    }),
    { minItems: 1, maxItems: 300 },
  ),
})

/** Settings of a table-rate carrier, as JSON. */
export const TableRateCarrierSettings = exactly({
  tracking_prefix: Type.String({ pattern: '^[A-Z]{2,4}$' }),
  services: Type.Array(exactly({ code: Code, name: Name, table: RateTableSettings }), { minItems: 1, maxItems: 50 }),
})

/** A carrier as it is stored; `settings` is JSON that has not been checked. */
export type StoredCarrier = {
  readonly kind: CarrierKind
  readonly name: string
  readonly trackingUrl: string | null
  readonly settings: unknown
}

/**
 * The adapter of a stored carrier.
 *
 * @throws `kernel.invalid_input` with every bad field of the settings, `carriers.rate_table_invalid` for bands or zones
 *   that contradict each other (both invalid)
 */
export function carrierAdapter(carrier: StoredCarrier): CarrierAdapter {
  const { name, trackingUrl: trackingUrlTemplate } = carrier
  if (carrier.kind === 'manual') {
    return manualCarrier({ name, trackingUrlTemplate, services: parse(ManualCarrierSettings, carrier.settings).services })
  }
  carrier.kind satisfies 'table_rate'
  const settings = parse(TableRateCarrierSettings, carrier.settings)
  const services = settings.services.map((service) => ({ code: service.code, name: service.name, table: rateTable(service.table) }))
  return tableRateCarrier({ name, trackingUrlTemplate, trackingPrefix: settings.tracking_prefix, services })
}

function rateTable(settings: Static<typeof RateTableSettings>): RateTable {
  return {
    currency: settings.currency,
    volumetricCm3PerKg: settings.volumetric_cm3_per_kg ?? null,
    zones: settings.zones.map(({ code, areas, bands }) => ({
      code,
      areas: areas.map((area) => ({ country: area.country, postcodePrefixes: area.postcode_prefixes ?? [] })),
      bands: bands.map((band) => ({ upToG: band.up_to_g, priceMinor: band.price_minor })),
    })),
  }
}
