import type { Party } from '../api/shapes.ts'

/** Number that another system gave a party; suppliers that a receipt named are known by their name only. */
export function outsideNumber(party: Party): string | null {
  return party.external_id?.startsWith('supplier:') ? null : (party.external_id ?? null)
}
