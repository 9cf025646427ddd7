import type { Address } from '../api/shapes.ts'
import { useFormat } from './format.ts'

/** A postal address, line by line. */
export function AddressText({ title, address }: { title: string; address: Address }) {
  const format = useFormat()
  const place = [address.postcode, address.city, address.region].filter(Boolean).join(' ')
  const lines = [
    address.name,
    address.company,
    address.line1,
    address.line2,
    place,
    address.country ? format.country(address.country) : null,
    address.phone,
  ].filter(Boolean)
  return (
    <div style={{ fontSize: 13 }}>
      <div style={{ color: 'var(--t-muted)' }}>{title}</div>
      <address style={{ fontStyle: 'normal' }}>
        {lines.map((line, index) => (
          <div key={`${index}${line}`}>{line}</div>
        ))}
      </address>
    </div>
  )
}
