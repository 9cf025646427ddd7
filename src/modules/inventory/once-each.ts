/**
 * Parts with the same key become one with their quantities summed, in the order first seen: a shipment may hold one order line twice
 * (split off and combined again), and one statement may write a row only once.
 */
export function onceEach<Part extends { quantity: number }>(parts: readonly Part[], keyOf: (part: Part) => string): Part[] {
  const merged = new Map<string, Part>()
  for (const part of parts) {
    const before = merged.get(keyOf(part))
    merged.set(keyOf(part), before === undefined ? part : { ...before, quantity: before.quantity + part.quantity })
  }
  return [...merged.values()]
}
