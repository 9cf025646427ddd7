import { v7 } from 'uuid'

/** A new id: UUID version 7 (RFC 9562), so that rows written together lie together. */
export function newId(): string {
  return v7()
}

/** The row "none" among lots and "self" among owners: a key never holds NULL. */
export const ZERO_ID = '00000000-0000-0000-0000-000000000000'
