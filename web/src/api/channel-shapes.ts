/** A field that needs a person: why, and whether the channel's side can be taken. */
export interface ChannelConflict {
  path: string
  cause: string
  can_take: boolean
  message?: string
}

/** One field of an order on all sides. */
export interface ComparedField {
  path: string
  line: string | null
  last_seen: unknown
  theirs: unknown
  ours: unknown
  changed_by: 'nobody' | 'theirs' | 'ours' | 'both'
  conflict: ChannelConflict | null
}

/** A view of an order as its channel sent it. */
export interface ChannelSnapshot {
  id: string
  version: string
  outcome: string
  received_at: string
  last_seen_at: string
  seen_count: number
  is_base: boolean
  is_held: boolean
}

/** An order beside what its channel says of it. */
export interface ChannelSnapshots {
  order_id: string
  external_id: string | null
  held_snapshot_id: string | null
  snapshots: ChannelSnapshot[]
  fields: ComparedField[]
}
