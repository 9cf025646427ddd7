/** A line's vector: how many base units are where. */
export interface LineVector {
  ordered: number
  canceled: number
  pending: number
  reserved: number
  backordered: number
  supplied_elsewhere: number
  shipped: number
  picked: number
  returned: number
  refused: number
  lost: number
}

const STEPS = ['canceled', 'reserved', 'backordered', 'supplied_elsewhere', 'shipped', 'picked', 'returned', 'refused', 'lost'] as const

/**
 * A kit's vector, derived from its components: a step holds the kits that are complete at it, `pending` the kits in between.
 * `partly`: some component has gone a step further than whole kits account for.
 */
export function kitVector(
  ordered: number,
  components: readonly (LineVector & { kit_quantity: number })[],
): LineVector & { partly: boolean } {
  const complete = (step: (typeof STEPS)[number]) =>
    components.length === 0 ? 0 : Math.min(...components.map((component) => Math.floor(component[step] / component.kit_quantity)))
  const whole = Object.fromEntries(STEPS.map((step) => [step, complete(step)])) as Record<(typeof STEPS)[number], number>
  const partly = components.some((component) => STEPS.some((step) => component[step] !== whole[step] * component.kit_quantity))
  const placed = whole.canceled + whole.reserved + whole.backordered + whole.supplied_elsewhere + whole.shipped
  return { ordered, pending: ordered - placed, ...whole, partly }
}
