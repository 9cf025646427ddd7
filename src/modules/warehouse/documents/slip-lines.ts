import type { PackingSlipLine } from './packing-slip.ts'

/** An order line as its room knows it, for the slip. Quantities in the base unit at `scale`. */
export interface OrderedLine {
  orderLineId: string
  /** Ordered less canceled. */
  wanted: number
  /** Sent by now, by us or by the channel. */
  gone: number
  sku: string
  name: string
  scale: number
  unit: string
  /** The kit it is a component of, and how many of it one kit has. */
  kit: { id: string; sku: string; name: string; wanted: number; perKit: number } | null
}

/** What lies in the box of an order line. */
export interface BoxedLine {
  orderLineId: string
  quantity: number
  sku: string
  name: string
  scale: number
  unit: string
}

/**
 * Lines of a packing slip in the order of the order's lines: what was ordered, what lies here, what is still to come. Components stand
 * beneath their kit, also those that come in another box; kits are counted by whole ones in the box. `isSent`: the box has left, so what
 * it carries is in `gone` already. Lines that no order knows are shown as they lie.
 */
export function slipLines(boxed: readonly BoxedLine[], ordered: readonly OrderedLine[], isSent: boolean): PackingSlipLine[] {
  const here = new Map<string, number>()
  for (const line of boxed) here.set(line.orderLineId, (here.get(line.orderLineId) ?? 0) + line.quantity)
  const known = new Set(ordered.map((line) => line.orderLineId))
  const groups = Map.groupBy(ordered, (line) => line.kit?.id ?? line.orderLineId)
  const lines = [...groups.values()].flatMap((group): PackingSlipLine[] => {
    const [first] = group
    if (first === undefined || group.every((line) => (here.get(line.orderLineId) ?? 0) === 0)) return []
    const parts = group.map((line) => partOf(line, here.get(line.orderLineId) ?? 0, isSent))
    if (first.kit === null) return parts
    const perKit = (index: number) => group[index]?.kit?.perKit ?? 1
    return [
      {
        sku: first.kit.sku,
        name: first.kit.name,
        ordered: first.kit.wanted,
        shipped: Math.min(...parts.map((part, index) => Math.floor(part.shipped / perKit(index)))),
        remaining: Math.max(...parts.map((part, index) => Math.ceil(part.remaining / perKit(index)))),
        scale: 0,
        unit: '',
        components: parts,
      },
    ]
  })
  const strange = boxed.filter((line) => !known.has(line.orderLineId))
  return [
    ...lines,
    ...strange.map(({ sku, name, scale, unit, quantity }) => ({
      sku,
      name,
      scale,
      unit,
      ordered: quantity,
      shipped: quantity,
      remaining: 0,
    })),
  ]
}

function partOf({ sku, name, scale, unit, wanted, gone }: OrderedLine, quantity: number, isSent: boolean): PackingSlipLine {
  return { sku, name, scale, unit, ordered: wanted, shipped: quantity, remaining: Math.max(0, wanted - gone - (isSent ? 0 : quantity)) }
}
