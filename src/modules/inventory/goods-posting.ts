import type { ErrorKind } from '../../kernel/errors.ts'
import type { AccountRole } from '../ledger/index.ts'

/** A movement about to be recorded. Quantity in the item's base unit; cost fields as in {@link MovementCost}. */
export interface NewMovement {
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  fromLocationId: string
  toLocationId: string
  happenedAt: Date
  /** Reason code: `receipt`, `pick`, `ship`, `return`, `scrap`, … */
  reason: string
  /** The posted document and its line that this movement belongs to. */
  sourceType: string
  sourceId: string
  sourceLineId: string
  /** Sequence of the movement this one takes back. */
  reversesSeq?: number
  cost?: MovementCost
}

/**
 * What incoming goods cost, in minor units of the base currency, for the whole movement.
 * - `known`: a receipt at its price (provisional until the bill).
 * - `current`: found goods at the cost of the oldest open layer, else the newest one ever, else 0; the layer is marked assumed.
 * - `own_layer`: goods out that take back a receipt leave from the layer that receipt opened, as far as it is still there.
 * - `back`: goods of the named shipment line come back at the cost they left with, last used first.
 * - `onward`: goods that left with the named shipment line are written off at the cost they left with, last used first.
 */
export type MovementCost =
  | { kind: 'known'; valueMinor: number; provisional: boolean }
  | { kind: 'current' }
  | { kind: 'own_layer'; openedBySeq: number }
  | { kind: 'back'; shippedLineId: string }
  | { kind: 'onward'; shippedLineId: string }

/** A recorded movement: its sequence and, when it changed value, what it was worth. */
export interface RecordedMovement extends NewMovement {
  seq: number
  valueMinor: number
  assumed: boolean
  warehouseId: string
}

/** A part of a level that is chosen for a pick or stands staged for a shipment line. */
export interface Allocation {
  sourceId: string
  locationId: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  purpose: 'pick' | 'staged'
}

/** A warehouse's promise to an order line that ends or shrinks by this quantity. */
export interface ReservationRelease {
  sourceLineId: string
  warehouseId: string
  itemId: string
  ownerId: string
  quantity: number
}

/** A new promise to an order line. */
export interface NewReservation {
  sourceId: string
  sourceLineId: string
  warehouseId: string
  itemId: string
  ownerId: string
  quantity: number
  priority: number
}

/**
 * Everything about goods that one document changes, in one go: levels and positions see movements, allocations and
 * promises together, so that no intermediate state breaks a constraint.
 */
export interface GoodsPosting {
  movements: readonly NewMovement[]
  allocate?: readonly Allocation[]
  deallocate?: readonly Allocation[]
  release?: readonly ReservationRelease[]
  /** Promises made in the same change, so that nobody else is served in between. */
  reserve?: readonly NewReservation[]
}

/** What a location is, as the posting rules see it. */
export interface LocationFacts {
  id: string
  code: string
  warehouseId: string | null
  kind: LocationKind
  role: string
  sellable: boolean
}

export type LocationKind = 'real' | 'supplier' | 'customer' | 'production' | 'transit' | 'shrinkage' | 'write_off' | 'opening'

/** How a movement between two kinds of location changes value: goods in, goods out, past us (`through`), from a customer to a write-off (`onward`), or none. */
export interface PostingRule {
  direction: 'in' | 'out' | 'through' | 'onward' | 'none'
  /** Ledger roles debited and credited with the value. */
  debit?: AccountRole
  credit?: AccountRole
}

export interface RefusedPair {
  kind: ErrorKind
  from: LocationKind
  to: LocationKind
}
