import { type Static, Type } from 'typebox'
import { exactly } from '../../kernel/schema.ts'
import { SENT_ELSEWHERE } from './sent-goods.ts'
import type { ShipmentStatus } from './shipment.repo.ts'

/** What may be done now, and why not. A screen disables what is not allowed and shows the reason. */
export const AllowedAction = exactly({ action: Type.String(), allowed: Type.Boolean(), reason: Type.Optional(Type.String()) })
export type AllowedAction = Static<typeof AllowedAction>

/** What of a shipment decides which steps are open. */
export interface ShipmentFacts {
  status: ShipmentStatus
  held: boolean
  ready: boolean
  /** Some of it has no bin chosen. */
  waiting: boolean
  /** Something is still to be taken from a bin. */
  openPicks: boolean
  /** Something of it stands staged, or needs no picking. */
  picked: boolean
  /** Goods of it are picked. */
  started: boolean
  /** Something of it came back or was lost. */
  back: boolean
  /** Its channel sent it: no goods of ours. */
  elsewhere: boolean
}

/** The steps of a shipment in their order, each open or with the reason why it is not. */
export function shipmentActions(shipment: ShipmentFacts): AllowedAction[] {
  return [
    action('release', whyNotRelease(shipment)),
    action('pick', whyNotPick(shipment)),
    action(
      'pack',
      shipment.status === 'picked' || shipment.status === 'packed'
        ? null
        : shipment.status === 'released'
          ? 'Pick all of it first.'
          : `It is ${shipment.status}.`,
    ),
    action('ship', whyNotShip(shipment)),
    action('deliver', shipment.status === 'shipped' ? null : 'Only shipped shipments are delivered.'),
    action(
      'cancel',
      ['planned', 'released', 'picked', 'packed'].includes(shipment.status)
        ? null
        : shipment.status === 'canceled'
          ? 'It is canceled.'
          : 'What was shipped comes back by a return.',
    ),
    action(
      'split',
      ['planned', 'released', 'picked'].includes(shipment.status) ? null : 'Only planned, released and picked shipments are split.',
    ),
    action(
      'combine',
      shipment.status === 'planned' || shipment.status === 'released' ? null : 'Only planned and released shipments are combined.',
    ),
    action('move', whyNotMove(shipment)),
    action(
      'refuse',
      shipment.elsewhere ? SENT_ELSEWHERE : shipment.status === 'shipped' ? null : 'Only shipments on their way are refused.',
    ),
    action(
      'lose',
      shipment.elsewhere
        ? SENT_ELSEWHERE
        : shipment.status === 'shipped' || shipment.status === 'delivered'
          ? null
          : 'Only what was shipped can be lost on its way.',
    ),
    action('void', whyNotVoid(shipment)),
    action('return', shipment.status === 'shipped' || shipment.status === 'delivered' ? null : 'Only shipped goods come back.'),
    action(
      'print_label',
      shipment.elsewhere
        ? 'Its channel made the label.'
        : ['packed', 'shipped', 'delivered'].includes(shipment.status)
          ? null
          : 'Pack it first.',
    ),
  ]
}

function action(name: string, reason: string | null): AllowedAction {
  return reason === null ? { action: name, allowed: true } : { action: name, allowed: false, reason }
}

function whyNotRelease({ status, held, ready, waiting }: ShipmentFacts): string | null {
  if (status !== 'planned' && !(status === 'released' && waiting)) return 'Only planned shipments are released.'
  if (held) return 'Its order is held. Release the hold on the order first.'
  return ready ? null : 'Its order is to be sent whole and waits for missing stock.'
}

function whyNotPick({ status, openPicks }: ShipmentFacts): string | null {
  if (status === 'planned') return 'Release it first.'
  if (status !== 'released') return 'Nothing of it is left to pick.'
  return openPicks ? null : 'No bin has its goods; release it again when they are there.'
}

function whyNotMove({ status, started }: ShipmentFacts): string | null {
  if (status !== 'planned' && status !== 'released') return 'Only planned and released shipments go to another warehouse.'
  return started ? 'Some of it is picked: split that part off, or cancel the shipment to put it back.' : null
}

function whyNotVoid({ status, back, elsewhere }: ShipmentFacts): string | null {
  if (elsewhere) return SENT_ELSEWHERE
  if (status !== 'shipped') return 'Only a shipped shipment that was not delivered is voided.'
  return back ? 'Some of it came back or was lost, so it did leave.' : null
}

function whyNotShip({ status, picked }: ShipmentFacts): string | null {
  if (status === 'planned') return 'Release and pick it first.'
  if (status !== 'released' && status !== 'picked' && status !== 'packed') return 'It is past that step.'
  return picked ? null : 'Nothing of it is picked yet.'
}
