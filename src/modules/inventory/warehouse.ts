import { type Static, Type } from 'typebox'
import { nullable, Uuid } from '../../kernel/schema.ts'

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))

/** Where a warehouse stands, as far as it is known. */
export const WarehouseAddress = Type.Object(
  { name: text(200), company: text(200), line1: text(200), line2: text(200), city: text(100), region: text(100), phone: text(50) },
  { additionalProperties: false },
)

export const WAREHOUSE_KINDS = ['own', 'store', 'third_party', 'marketplace', 'supplier'] as const

/** Fields of a warehouse that can be set and edited. */
export const warehouseFields = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  kind: Type.Enum([...WAREHOUSE_KINDS]),
  address: WarehouseAddress,
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  postcode: Type.String({ maxLength: 20 }),
  latitude: nullable(Type.Number({ minimum: -90, maximum: 90 })),
  longitude: nullable(Type.Number({ minimum: -180, maximum: 180 })),
  priority: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** Time of day in the organization's time zone until which parcels leave the same day. */
  cut_off: nullable(Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })),
}

export const Warehouse = Type.Object(
  { id: Uuid, code: Type.String(), ...warehouseFields, is_active: Type.Boolean(), version: Type.Integer() },
  { additionalProperties: false },
)
export type Warehouse = Static<typeof Warehouse>

/** Roles of real locations. Goods in the last three, and in any blocked location, are not sold. */
export const LOCATION_ROLES = [
  'pick',
  'reserve',
  'receiving',
  'staging',
  'packing',
  'container',
  'returns',
  'quarantine',
  'damaged',
] as const

const part = Type.Optional(Type.String({ minLength: 1, maxLength: 20 }))

/** A new location of a warehouse. */
export const newLocationFields = {
  code: Type.String({ minLength: 1, maxLength: 60, pattern: String.raw`^\S(.*\S)?$` }),
  role: Type.Enum([...LOCATION_ROLES]),
  zone: part,
  aisle: part,
  bay: part,
  level: part,
  bin: part,
  sort_key: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
}

const word = Type.Union([Type.String(), Type.Null()])

export const Location = Type.Object(
  {
    id: Uuid,
    warehouse_id: Uuid,
    code: Type.String(),
    role: Type.String(),
    zone: word,
    aisle: word,
    bay: word,
    level: word,
    bin: word,
    sort_key: Type.String(),
    blocked: Type.Boolean(),
    sellable: Type.Boolean(),
    version: Type.Integer(),
  },
  { additionalProperties: false },
)
export type Location = Static<typeof Location>
