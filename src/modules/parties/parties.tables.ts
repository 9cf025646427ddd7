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

interface PartiesNote {
  archived_at: Timestamp | null
  created_at: Timestamp
  created_by: string | null
  document_id: string
  document_type: string
  id: string
  org_id: number
  show_at: Generated<string[]>
  text: string
  updated_at: Timestamp
  updated_by: string | null
  version: Generated<number>
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
  'parties.note': PartiesNote
  'parties.party': PartiesParty
  'parties.party_tax_id': PartiesPartyTaxId
}
