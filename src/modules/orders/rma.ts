export const RMA_STATES = ['requested', 'approved', 'rejected', 'partly_received', 'received', 'closed', 'canceled'] as const
export type RmaState = (typeof RMA_STATES)[number]

export const RMA_OUTCOMES = ['refund', 'exchange', 'replacement', 'repair', 'store_credit'] as const
export type RmaOutcome = (typeof RMA_OUTCOMES)[number]

/** What a person may do with an authorization in each state. */
const ALLOWED: Readonly<Record<RmaAction, readonly RmaState[]>> = {
  approve: ['requested', 'rejected'],
  reject: ['requested', 'approved'],
  cancel: ['requested', 'approved', 'rejected'],
  close: ['approved', 'partly_received', 'received'],
  reopen: ['closed'],
  receive: RMA_STATES,
  exchange: ['approved', 'partly_received', 'received'],
  label: ['approved', 'partly_received'],
}

export type RmaAction = 'approve' | 'reject' | 'cancel' | 'close' | 'reopen' | 'receive' | 'exchange' | 'label'
export const RMA_ACTIONS = ['approve', 'reject', 'cancel', 'close', 'reopen', 'receive', 'exchange', 'label'] as const

/** Whether an authorization in this state allows the action. Goods that arrive are a fact: they are received whatever was decided. */
export function rmaAllows(state: RmaState, action: RmaAction): boolean {
  return ALLOWED[action].includes(state)
}

/** The state after goods came: received when every line has what was announced. A closed or canceled one stays what it is. */
export function receivedState(state: RmaState, lines: readonly { quantity: number; received: number }[]): RmaState {
  if (state === 'closed' || state === 'canceled') return state
  if (lines.every((line) => line.received >= line.quantity)) return 'received'
  return lines.some((line) => line.received > 0) ? 'partly_received' : state
}

/**
 * Whether a return asked for now is within the window. The days count from the latest delivery; where delivery is not known, from
 * dispatch. A day is 24 hours.
 */
export function isWithinWindow(since: Date | null, now: Date, windowDays: number): boolean {
  return since !== null && now.getTime() - since.getTime() <= windowDays * 86_400_000
}
