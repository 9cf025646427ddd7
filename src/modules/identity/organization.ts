import { type Static, Type } from 'typebox'
import type { OrgProfile } from '../../kernel/context.ts'
import { isCurrency } from '../../kernel/money.ts'
import { badCurrency, badTimeZone } from './identity.errors.ts'

export const Language = Type.Enum(['en', 'sr-Latn', 'sr-Cyrl'])

/** The business's own address, as documents print it. */
export const OrganizationAddress = Type.Object(
  {
    company: Type.Optional(Type.String({ maxLength: 200 })),
    line1: Type.Optional(Type.String({ maxLength: 200 })),
    line2: Type.Optional(Type.String({ maxLength: 200 })),
    city: Type.Optional(Type.String({ maxLength: 100 })),
    region: Type.Optional(Type.String({ maxLength: 100 })),
    postcode: Type.Optional(Type.String({ maxLength: 20 })),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    phone: Type.Optional(Type.String({ maxLength: 40 })),
    email: Type.Optional(Type.String({ maxLength: 254 })),
    tax_id: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
)

/** An organization as the API shows it. */
export const Organization = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  slug: Type.String(),
  time_zone: Type.String(),
  base_currency: Type.String(),
  language: Language,
  revenue_on: Type.Enum(['dispatch', 'delivery']),
  address: OrganizationAddress,
  gs1_prefix: Type.Union([Type.String(), Type.Null()]),
  is_demo: Type.Boolean(),
})
export type Organization = Static<typeof Organization>

/** The part of an organization that the kernel dates and values things by. */
export function profileOf(organization: { time_zone: string; base_currency: string; language: string }): OrgProfile {
  return { timeZone: organization.time_zone, baseCurrency: organization.base_currency, language: organization.language }
}

/**
 * Refuses a time zone or currency that the runtime does not know.
 * @throws `kernel.invalid_input` naming the field
 */
export function checkRegion(region: { time_zone?: string | undefined; base_currency?: string | undefined }): void {
  if (region.time_zone !== undefined && !isTimeZone(region.time_zone)) throw badTimeZone(region.time_zone)
  if (region.base_currency !== undefined && !isCurrency(region.base_currency)) throw badCurrency(region.base_currency)
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (cause) {
    // The runtime answers an unknown zone with a RangeError; anything else is ours.
    if (cause instanceof RangeError) return false
    throw cause
  }
}

/** A name in letters for addresses: `Šumadija & sin` → `sumadija-sin`. */
export function slugOf(name: string): string {
  const plain = name
    .replaceAll('đ', 'dj')
    .replaceAll('Đ', 'Dj')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
  return plain === '' ? 'organization' : plain
}
