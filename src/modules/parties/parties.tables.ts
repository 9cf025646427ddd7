// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface PartiesAddress {
  city: string
  company: string | null
  country: string
  created_at: Timestamp
  id: string
  is_default: Generated<boolean>
  label: string | null
  line1: string
  line2: string | null
  name: string
  org_id: number
  party_id: string
  phone: string | null
  postcode: string | null
  region: string | null
}

interface PartiesContact {
  email: string | null
  id: string
  name: string
  org_id: number
  party_id: string
  phone: string | null
  position: string | null
}

interface PartiesParty {
  company: string | null
  created_at: Timestamp
  email: string | null
  erased_at: Timestamp | null
  external_id: string | null
  id: string
  is_customer: Generated<boolean>
  is_supplier: Generated<boolean>
  name: string
  note: string | null
  org_id: number
  phone: string | null
  updated_at: Timestamp
  version: Generated<number>
}

interface PartiesPartyTaxId {
  org_id: number
  party_id: string
  scheme: string
  value: string
}

export interface PartiesTables {
  'parties.address': PartiesAddress
  'parties.contact': PartiesContact
  'parties.party': PartiesParty
  'parties.party_tax_id': PartiesPartyTaxId
}
