import type { ImportColumn } from './import-format.ts'

/** Kinds of charge that have a column `charge_<kind>`. */
export const CHARGE_KINDS = ['shipping', 'gift_wrap', 'cod_fee', 'surcharge', 'other'] as const

const address = (prefix: 'ship' | 'bill', whose: string): ImportColumn[] => [
  { name: `${prefix}_name`, about: `Name ${whose}${prefix === 'ship' ? '; customer_name by default' : ''}` },
  { name: `${prefix}_company`, about: `Company ${whose}` },
  { name: `${prefix}_line1`, required: prefix === 'ship', about: `Street and number ${whose}` },
  { name: `${prefix}_line2`, about: `Floor, flat and the like ${whose}` },
  { name: `${prefix}_city`, required: prefix === 'ship', about: `City ${whose}` },
  { name: `${prefix}_region`, about: `Region or state ${whose}` },
  { name: `${prefix}_postcode`, about: `Postcode ${whose}` },
  { name: `${prefix}_country`, required: prefix === 'ship', about: `Country ${whose}, two capital letters of ISO 3166-1` },
  { name: `${prefix}_phone`, about: `Phone ${whose}` },
]

/** Columns that say something of the whole order: on its first row, then the same or empty. Amounts count once, however often they stand there. */
export const orderColumns: readonly ImportColumn[] = [
  { name: 'channel', required: true, about: 'Code of the channel the order came from' },
  {
    name: 'external_id',
    required: true,
    about: "The channel's number of the order; rows with the same channel and external_id are one order",
  },
  { name: 'placed_at', about: "When it was placed: 2026-11-22 14:30 in the organization's time zone, or with an offset; now by default" },
  { name: 'currency', about: "Currency of all amounts, ISO 4217; the organization's own by default" },
  { name: 'exchange_rate', about: "Units of the base currency for one unit of the order's, at most six decimals; needed when they differ" },
  { name: 'prices_include_tax', about: 'yes or no' },
  { name: 'payment_terms', about: 'prepaid, cash_on_delivery or on_account' },
  { name: 'priority', about: '0 to 1000, lower is served first' },
  { name: 'promised_at', about: 'When it was promised to arrive' },
  { name: 'customer_id', about: "The channel's number of the customer" },
  { name: 'customer_name', about: 'Name of the customer' },
  { name: 'customer_email', about: 'E-mail address of the customer' },
  { name: 'customer_phone', about: 'Phone of the customer' },
  { name: 'customer_eu_vat', about: 'EU VAT number of the customer' },
  { name: 'customer_pib', about: 'Serbian PIB of the customer' },
  { name: 'customer_mb', about: 'Serbian matični broj of the customer' },
  ...address('ship', 'of the delivery address'),
  ...address('bill', 'of the billing address, when it is another'),
  ...CHARGE_KINDS.map((kind) => ({ name: `charge_${kind}`, about: `Charge for ${kind.replaceAll('_', ' ')}, such as 3.60` })),
  { name: 'charge_tax_rate', about: 'Tax of the charges in percent, such as 20' },
  { name: 'charge_shipping_tax', about: 'Tax of the shipping charge as the channel computed it' },
  { name: 'order_discount', about: 'Discount on the whole order, such as 10.00' },
  { name: 'order_discount_code', about: 'Code of that discount' },
  { name: 'paid', about: 'Amount the customer has paid' },
  { name: 'paid_method', about: 'How it was paid, such as card' },
  { name: 'paid_reference', about: "The payment provider's number of the payment" },
  { name: 'total', about: "The channel's total; an order whose lines give another is held" },
  { name: 'note', about: 'Note' },
  { name: 'tags', about: 'Separated by |' },
]

/** Columns that say something of one line. */
export const lineColumns: readonly ImportColumn[] = [
  { name: 'sku', required: true, about: 'SKU of the item, as it is stored' },
  { name: 'quantity', required: true, about: "How many units, with at most the decimals of the item's unit" },
  { name: 'line_id', about: "The channel's number of the line" },
  { name: 'item_name', about: 'Name of the item as the customer saw it' },
  { name: 'unit_price', about: "Price of one unit before discount; the item's own by default" },
  { name: 'amount', about: 'Amount of the line before discount, when it is not unit price × quantity' },
  { name: 'discount', about: 'Discount on the line' },
  { name: 'tax_rate', about: "Tax of the line in percent; that of the item's tax class by default" },
  { name: 'tax_amount', about: 'Tax of the line as the channel computed it' },
  { name: 'tax_collected_by', about: 'merchant (default) or marketplace: who pays that tax to the state' },
  { name: 'warehouse', about: 'Code of the only warehouse it may ship from' },
]
