/** Steps of the board: the status that waits in each, and the count of the overview. */
export const STEPS = [
  { id: 'release', status: 'planned', count: 'to_release' },
  { id: 'pick', status: 'released', count: 'to_pick' },
  { id: 'pack', status: 'picked', count: 'to_pack' },
  { id: 'ship', status: 'packed', count: 'to_ship' },
] as const

export type Step = (typeof STEPS)[number]
