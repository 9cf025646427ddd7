import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../kernel/database.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { carrierAdapter, type CarrierKind } from './carrier-settings.ts'

const TrackingUrl = Type.String({ minLength: 1, maxLength: 500, pattern: String.raw`^https?://\S*\{tracking_number\}\S*$` })

/** Fields of a carrier that can be set and edited. `config` holds the settings of its kind; `tracking_url` has `{tracking_number}` in it. */
export const carrierFields = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  config: Type.Record(Type.String(), Type.Unknown()),
  tracking_url: nullable(TrackingUrl),
}

export const CarrierCode = Type.String({ pattern: '^[a-z0-9_-]{1,40}$' })

/** A carrier as the API shows it. */
export const Carrier = exactly({
  id: Uuid,
  code: Type.String(),
  name: Type.String(),
  kind: Type.Enum(['manual', 'table_rate']),
  config: Type.Record(Type.String(), Type.Unknown()),
  tracking_url: nullable(Type.String()),
  services: Type.Array(exactly({ code: Type.String(), name: Type.String() })),
  is_active: Type.Boolean(),
  version: Type.Integer(),
})
export type Carrier = Static<typeof Carrier>

/** A carrier as other rooms use it. */
export interface StoredCarrierRow {
  id: string
  code: string
  name: string
  kind: CarrierKind
  config: Record<string, unknown>
  tracking_url: string | null
  is_active: boolean
  version: number
}

/** Carriers by id or code; unknown ones are missing from the answer. One statement. */
export async function findCarriers(
  tx: Tx,
  orgId: number,
  by: { ids?: readonly string[]; codes?: readonly string[] },
): Promise<StoredCarrierRow[]> {
  const ids = [...new Set(by.ids ?? [])]
  const codes = [...new Set(by.codes ?? [])]
  if (ids.length + codes.length === 0) return []
  const { rows } = await sql<StoredCarrierRow>`
    select id, code, name, kind, config, tracking_url, is_active, version from carriers.carrier
     where org_id = ${orgId} and (id = any(${ids}::uuid[]) or code = any(${codes}::text[]))`.execute(tx)
  return rows
}

/** The adapter of a stored row. @throws as {@link carrierAdapter} */
export function adapterOf(row: Pick<StoredCarrierRow, 'kind' | 'name' | 'config' | 'tracking_url'>): ReturnType<typeof carrierAdapter> {
  return carrierAdapter({ kind: row.kind, name: row.name, trackingUrl: row.tracking_url, settings: row.config })
}

/** A row as the API shows it. */
export function showCarrier(row: StoredCarrierRow): Carrier {
  return { ...row, services: adapterOf(row).services.map(({ code, name }) => ({ code, name })) }
}
