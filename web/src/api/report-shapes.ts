/** What the reports answer, as far as the screens read it. Amounts are minor units of the base currency; null without the permission ledger.read. */

export interface Attention {
  kind: string
  detail: string | null
  count: number
  oldest_at: string | null
}

export interface SalesDay {
  day: string
  channel: string | null
  channel_name: string | null
  orders: number
  units: number
  revenue: number | null
  cost: number | null
  margin: number | null
}

export interface Sales {
  from: string
  to: string
  currency: string
  days: SalesDay[]
}

export interface ItemSales {
  item_id: string
  sku: string
  name: string
  unit_scale: number
  units: number
  on_hand: number
  revenue: number | null
  cost: number | null
  margin: number | null
  stock_value: number | null
}

export interface ItemSalesList {
  from: string
  to: string
  currency: string
  data: ItemSales[]
}

export interface ItemOutlook {
  days: number
  data: {
    warehouse_id: string
    warehouse_code: string
    available: number
    threshold: number | null
    is_low: boolean
    sold: number
    lasts_days: number | null
  }[]
}

export interface VerificationRow {
  id: string
  ok: boolean
  started_at: string
  finished_at: string
  rows: number
  faults: string[]
}

export interface StockExplanation {
  sku: string
  warehouse_id: string
  warehouse_code: string
  on_hand: number
  reserved: number
  held: number
  available: number
  incoming: number
  rows: {
    kind: 'on_hand' | 'not_sellable' | 'reservation' | 'stock_hold' | 'backorder'
    counts: number
    quantity: number
    label: string
    document_type: string
    document_id: string
    line_id: string | null
  }[]
  rows_left_out: number
}
