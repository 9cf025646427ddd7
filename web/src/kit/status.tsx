import { useTranslation } from 'react-i18next'
import classes from './kit.module.css'

type Tone = 'red' | 'amber' | 'green' | 'blue' | 'gray'

/** Meaning of every status the API answers: what its dot says. Words come from `status.<status>` of the translations. */
const TONES = {
  // order: state, payment, reservation, fulfillment, invoicing, return
  open: 'blue',
  done: 'green',
  canceled: 'gray',
  unpaid: 'amber',
  authorized: 'blue',
  partly_paid: 'amber',
  paid: 'green',
  partly_refunded: 'gray',
  refunded: 'gray',
  none: 'gray',
  pending: 'amber',
  partly_reserved: 'amber',
  reserved: 'green',
  backordered: 'amber',
  unfulfilled: 'gray',
  in_progress: 'blue',
  partly_shipped: 'blue',
  shipped: 'green',
  delivered: 'green',
  not_invoiced: 'gray',
  partly_invoiced: 'blue',
  invoiced: 'green',
  partly_returned: 'gray',
  returned: 'gray',
  held: 'amber',
  // shipment, pick, receipt
  planned: 'gray',
  released: 'blue',
  picked: 'blue',
  packed: 'blue',
  refused: 'red',
  lost: 'red',
  voided: 'gray',
  rejected: 'red',
  accepted: 'blue',
  waived: 'gray',
  short: 'red',
  requested: 'amber',
  approved: 'blue',
  closed: 'gray',
  over: 'amber',
  unexpected: 'amber',
  partly_received: 'blue',
  received: 'green',
  reversed: 'gray',
  // item, import, user
  active: 'green',
  archived: 'gray',
  disabled: 'gray',
  blocked: 'amber',
  previewed: 'amber',
  undone: 'gray',
  loaded: 'amber',
  discarded: 'gray',
  running: 'blue',
  failed: 'red',
  // message, webhook
  queued: 'blue',
  sending: 'blue',
  sent: 'green',
  waiting: 'amber',
  // voucher, courier's list
  used: 'gray',
  expired: 'gray',
  // verification
  ok: 'green',
  fault: 'red',
  empty: 'gray',
  low: 'amber',
} satisfies Record<string, Tone>

export type Status = keyof typeof TONES

/** Whether a text of the API is a status we have words for. */
export function isStatus(value: string): value is Status {
  return Object.hasOwn(TONES, value)
}

/** A status as a small dot and a word. */
export function StatusDot({ status }: { status: string }) {
  const { t } = useTranslation()
  const tone: Tone = isStatus(status) ? TONES[status] : 'gray'
  return (
    <span className={classes.status} data-tone={tone}>
      <span className={classes.dot} aria-hidden="true" />
      {t(`status.${status}`, { defaultValue: status.replaceAll('_', ' ') })}
    </span>
  )
}
