import type { PostalAddress } from '../carriers/index.ts'
import type { WarehouseSummary } from '../inventory/index.ts'

/** The address a shipment keeps a copy of, as documents and carriers print it. */
export function postalAddress(shipTo: Readonly<Record<string, unknown>>): PostalAddress {
  const text = (field: string): string => (typeof shipTo[field] === 'string' ? shipTo[field] : '')
  return {
    name: text('name') || text('company'),
    company: text('company') || null,
    lines: [text('line1'), text('line2')].filter((line) => line !== ''),
    postcode: text('postcode'),
    city: text('city'),
    region: text('region') || null,
    country: text('country'),
    phone: text('phone') || null,
  }
}

/** The sender: the organization's name at the warehouse's address. */
export function senderOf(warehouse: WarehouseSummary | undefined, organizationName: string): PostalAddress {
  const address = warehouse?.address ?? {}
  return postalAddress({
    ...address,
    name: organizationName || address.company || address.name || warehouse?.name || '',
    company: undefined,
    country: warehouse?.country ?? '',
    postcode: warehouse?.postcode ?? '',
  })
}
