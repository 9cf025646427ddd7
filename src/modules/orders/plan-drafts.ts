import type { NewBackorder, NewReservation } from '../inventory/index.ts'
import type { ShipmentPlan } from '../warehouse/index.ts'
import { amountToCollect, companionLines, type OrderDraft, OWN } from './draft-order.ts'

/** Promises and backorders of sourced drafts. */
export function promisesOf(drafts: readonly OrderDraft[]): { reservations: NewReservation[]; backorders: NewBackorder[] } {
  const reservations: NewReservation[] = []
  const backorders: NewBackorder[] = []
  for (const draft of drafts) {
    const itemOf = new Map(draft.lines.map((line) => [line.id, line.priced.item.id]))
    for (const part of draft.answer?.assigned ?? []) {
      reservations.push({
        sourceId: draft.id,
        sourceLineId: part.key,
        warehouseId: part.warehouseId,
        itemId: itemOf.get(part.key) ?? '',
        ownerId: OWN,
        quantity: part.quantity,
        priority: draft.priority,
      })
    }
    for (const part of draft.answer?.missing ?? []) {
      if (part.warehouseIds.length === 0) continue
      backorders.push({
        sourceId: draft.id,
        sourceLineId: part.key,
        itemId: itemOf.get(part.key) ?? '',
        ownerId: OWN,
        quantity: part.quantity,
        priority: draft.priority,
        warehouseIds: part.warehouseIds,
      })
    }
  }
  return { reservations, backorders }
}

/**
 * Shipments of sourced drafts: one a warehouse; services and vouchers go with the first. An order of services only gets one
 * shipment at the best-ranked warehouse. An order that is to be sent whole is not ready while something is missing.
 */
export function planDrafts(drafts: readonly OrderDraft[], numbers: ReadonlyMap<string, number>): ShipmentPlan[] {
  return drafts.flatMap((draft) => {
    const assigned = draft.answer?.assigned ?? []
    const stocked = draft.lines.some((line) => line.priced.supply === 'stock')
    const [bestCode] = draft.answer?.reasons.candidates.map((candidate) => candidate.code) ?? []
    const fallback = draft.channel.warehouses.find((warehouse) => warehouse.code === bestCode)
    const warehouseIds =
      assigned.length > 0 ? [...new Set(assigned.map((part) => part.warehouseId))] : !stocked && fallback !== undefined ? [fallback.id] : []
    const itemOf = new Map(draft.lines.map((line) => [line.id, line.priced.item.id]))
    return warehouseIds.map((warehouseId, place): ShipmentPlan => {
      const goods = assigned
        .filter((part) => part.warehouseId === warehouseId)
        .map((part) => ({
          sourceLineId: part.key,
          itemId: itemOf.get(part.key) ?? '',
          ownerId: OWN,
          quantity: part.quantity,
          supply: 'stock' as const,
        }))
      const companions =
        place > 0
          ? []
          : companionLines(draft).map((line) => ({
              sourceLineId: line.id,
              itemId: line.priced.item.id,
              ownerId: OWN,
              quantity: line.priced.quantity,
              supply: 'none' as const,
            }))
      const lines = [...goods, ...companions]
      return {
        sourceId: draft.id,
        sourceLabel: String(numbers.get(draft.id) ?? ''),
        warehouseId,
        shipTo: draft.input.ship_to,
        partyId: draft.partyId,
        currency: draft.input.currency,
        priority: draft.priority,
        promisedAt: draft.input.promised_at === undefined ? null : new Date(draft.input.promised_at),
        held: draft.mismatch,
        ready: draft.channel.policy.allow_split || (draft.answer?.missing.length ?? 0) === 0,
        amountToCollect: amountToCollect(
          draft,
          lines.map((line) => ({ lineId: line.sourceLineId, quantity: line.quantity })),
          place === 0,
        ),
        lines,
      }
    })
  })
}
