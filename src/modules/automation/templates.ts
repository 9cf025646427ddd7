import { type Static, Type } from 'typebox'
import { exactly } from '../../kernel/schema.ts'
import { ruleFields } from './rule-input.ts'

/** A ready rule to begin with. */
export const RuleTemplate = exactly({
  id: Type.String(),
  name: ruleFields.name,
  trigger: ruleFields.trigger,
  condition: ruleFields.condition,
  actions: ruleFields.actions,
})

/** Rules that many businesses want; none is on until somebody saves it. */
export const TEMPLATES: readonly Static<typeof RuleTemplate>[] = [
  {
    id: 'hold_prepaid_until_paid',
    name: 'Hold prepaid orders until they are paid',
    trigger: 'order_placed',
    condition: 'order.payment_terms == "prepaid" && order.payment_status != "paid"',
    actions: [{ kind: 'hold', type: 'payment', note: 'waits for the payment', release_when: 'paid' }],
  },
  {
    id: 'hold_large_first_orders',
    name: 'Hold large first orders',
    trigger: 'order_placed',
    condition: 'order.total_base > minor("500", order.base_currency) && order.customer.orders_count == 0',
    actions: [{ kind: 'hold', type: 'fraud', note: 'over 500 and the first order of this customer' }],
  },
  {
    id: 'hold_other_country',
    name: 'Hold orders billed in another country',
    trigger: 'order_placed',
    condition: 'order.billing_country != order.country',
    actions: [{ kind: 'hold', type: 'address', note: 'billed and sent to different countries' }],
  },
  {
    id: 'express_first',
    name: 'Serve express first',
    trigger: 'order_placed',
    condition: 'order.shipping_methods.exists(method, lower(method).contains("express"))',
    actions: [
      { kind: 'prioritize', priority: 10 },
      { kind: 'tag', tags: ['express'] },
    ],
  },
  {
    id: 'tell_about_backorders',
    name: 'Tell support when a promise is lost',
    trigger: 'backordered',
    condition: 'true',
    actions: [{ kind: 'notify', audience: 'support', message: 'A promised item is missing: tell the customer.' }],
  },
]
