// Generated from the migrated database by scripts/generate-database-types.ts. Do not edit.

import type { ColumnType } from 'kysely'

type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>

type Json = JsonValue

type JsonArray = JsonValue[]

type JsonObject = {
  [x: string]: JsonValue | undefined
}

type JsonPrimitive = boolean | number | string | null

type JsonValue = JsonArray | JsonObject | JsonPrimitive

type Timestamp = ColumnType<Date, Date | string, Date | string>

interface WarehouseCarrierClaim {
  accepted_minor: number | null
  carrier_id: string | null
  claimed_minor: number
  cost_minor: number
  created_at: Timestamp
  currency: string
  decided_at: Timestamp | null
  happened_at: Timestamp
  id: string
  note: Generated<string>
  number: number
  org_id: number
  paid_at: Timestamp | null
  paid_minor: number | null
  reason: Generated<string>
  reference: Generated<string>
  repaid_at: Timestamp | null
  /** Compensation given back to the carrier because the goods were found, in minor units of the base currency. */
  repaid_minor: number | null
  shipment_id: string
  status: string
  version: Generated<number>
  warehouse_id: string
}

interface WarehouseCarrierClaimLine {
  claim_id: string
  cost_minor: number
  id: string
  item_id: string
  line_no: number
  lot_id: string
  org_id: number
  owner_id: string
  quantity: number
  shipment_line_id: string
}

interface WarehouseGoodsReceipt {
  base_rate_ppm: Generated<number>
  created_at: Timestamp
  currency: string
  expected_at: Timestamp | null
  id: string
  kind: string
  number: number
  org_id: number
  reference: Generated<string>
  reverses_id: string | null
  status: Generated<string>
  supplier_id: string | null
  version: Generated<number>
  warehouse_id: string
}

interface WarehouseGoodsReceiptLine {
  /** Late cost added to (or taken off) the goods of this line, base currency minor units; received_value_minor is what they came in at. */
  adjusted_value_minor: Generated<number>
  expected_quantity: number | null
  id: string
  item_id: string
  line_no: number
  lot_id: string
  org_id: number
  owner_id: string
  provisional: Generated<boolean>
  receipt_id: string
  received_quantity: Generated<number>
  received_value_minor: Generated<number>
  reversed_quantity: Generated<number>
  unit_cost: number | null
  unit_cost_scale: Generated<number>
}

interface WarehouseInspection {
  happened_at: Timestamp
  id: string
  number: number
  org_id: number
  receipt_id: string
  recorded_at: Timestamp
  recorded_by: string | null
  warehouse_id: string
}

interface WarehouseInspectionLine {
  disposition: string
  from_location_id: string
  id: string
  inspection_id: string
  item_id: string
  line_no: number
  lot_id: string
  note: Generated<string>
  org_id: number
  owner_id: string
  quantity: number
  receipt_line_id: string
  stage: string
  to_location_id: string
  value_minor: Generated<number>
}

interface WarehouseParcel {
  amount_to_collect: Generated<number>
  carrier_id: string | null
  created_at: Timestamp
  height_mm: number | null
  id: string
  length_mm: number | null
  org_id: number
  parcel_no: number
  postage_minor: number | null
  service: Generated<string>
  shipment_id: string
  sscc: string
  tracking_number: string | null
  weight_g: number | null
  width_mm: number | null
}

interface WarehouseParcelFinding {
  claim_id: string
  created_at: Timestamp
  created_by: string | null
  happened_at: Timestamp
  id: string
  note: Generated<string>
  number: number
  org_id: number
  outcome: string
  return_receipt_id: string | null
  shipment_id: string
}

interface WarehouseParcelFindingLine {
  claim_line_id: string
  cost_minor: number
  finding_id: string
  id: string
  item_id: string
  line_no: number
  lot_id: string
  org_id: number
  owner_id: string
  quantity: number
  shipment_line_id: string
}

interface WarehouseParcelLine {
  org_id: number
  parcel_id: string
  quantity: number
  shipment_line_id: string
}

interface WarehousePick {
  id: string
  item_id: string
  location_id: string
  /** Left staging of this pick without its movement: lost by another fact, or waiting to be put back (task put_back; a stock move then brings it to a bin). */
  lost_quantity: Generated<number>
  lot_id: string
  org_id: number
  owner_id: string
  pick_list_id: string
  picked_at: Timestamp | null
  picked_by: string | null
  picked_quantity: Generated<number>
  put_back_quantity: Generated<number>
  quantity: number
  root_id: string
  shipment_id: string
  shipment_line_id: string
  status: string
}

interface WarehousePickList {
  created_at: Timestamp
  done_at: Timestamp | null
  id: string
  number: number
  org_id: number
  status: string
  warehouse_id: string
}

interface WarehousePickListChange {
  acknowledged_at: Timestamp | null
  acknowledged_by: string | null
  created_at: Timestamp
  id: string
  item_id: string
  kind: string
  location_id: string | null
  org_id: number
  pick_list_id: string
  quantity: number
  shipment_id: string
}

interface WarehousePickShort {
  adjustment_id: string | null
  created_at: Timestamp
  created_by: string | null
  id: string
  item_id: string
  location_id: string
  note: Generated<string>
  org_id: number
  pick_id: string
  pick_list_id: string
  quantity: number
  reason: string
  rechosen_quantity: number
  shipment_id: string
  shipment_line_id: string
  stock_move_id: string | null
}

interface WarehouseReturnLineState {
  done: Generated<number>
  org_id: number
  receipt_id: string
  receipt_line_id: string
  refurbish: Generated<number>
  reject: Generated<number>
  repair: Generated<number>
  supplier: Generated<number>
  waiting: Generated<number>
  warehouse_id: string
}

interface WarehouseReturnReceipt {
  currency: string
  happened_at: Timestamp
  id: string
  kind: Generated<string>
  note: Generated<string>
  number: number
  org_id: number
  party_id: string | null
  reason: string
  recorded_at: Timestamp
  source_id: string | null
  warehouse_id: string
}

interface WarehouseReturnReceiptLine {
  cost_assumed: Generated<boolean>
  disposition: Generated<string>
  id: string
  item_id: string
  line_no: number
  location_id: string
  lot_id: string
  org_id: number
  owner_id: string
  quantity: number
  receipt_id: string
  shipment_line_id: string | null
  source_line_id: string | null
  stated_amount: number | null
  stated_tax: number | null
}

interface WarehouseShipment {
  amount_to_collect: Generated<number>
  carrier_id: string | null
  /** The shipment that took its lines; it is canceled. */
  combined_into_id: string | null
  created_at: Timestamp
  currency: string
  delivered_at: Timestamp | null
  ended_reason: Generated<string>
  held: Generated<boolean>
  id: string
  number: number
  org_id: number
  packed_at: Timestamp | null
  party_id: string | null
  pick_list_id: string | null
  picked_at: Timestamp | null
  priority: Generated<number>
  promised_at: Timestamp | null
  ready: Generated<boolean>
  released_at: Timestamp | null
  /** The voided shipment whose goods it has. */
  replaces_id: string | null
  service: Generated<string>
  ship_to: Json
  ship_to_hash: Buffer
  shipped_at: Timestamp | null
  source_id: string
  source_label: Generated<string>
  split_from_id: string | null
  status: string
  version: Generated<number>
  warehouse_id: string
}

interface WarehouseShipmentCollection {
  amount: number
  fixed_at: Timestamp
  org_id: number
  quantity: number
  shipment_id: string
  source_id: string
}

interface WarehouseShipmentLine {
  canceled_quantity: Generated<number>
  id: string
  item_id: string
  lost_quantity: Generated<number>
  org_id: number
  owner_id: string
  picked_quantity: Generated<number>
  quantity: number
  refused_quantity: Generated<number>
  returned_quantity: Generated<number>
  shipment_id: string
  shipped_quantity: Generated<number>
  source_id: string
  source_line_id: string
  supply: string
}

interface WarehouseShipmentOrder {
  held: Generated<boolean>
  org_id: number
  shipment_id: string
  source_id: string
  source_label: Generated<string>
}

interface WarehouseTask {
  created_at: Timestamp
  document_id: string
  document_type: string
  done_at: Timestamp | null
  done_by: string | null
  id: string
  item_id: string | null
  kind: string
  location_id: string | null
  lot_id: string | null
  note: Generated<string>
  org_id: number
  owner_id: string | null
  quantity: number | null
  status: Generated<string>
  /** The stock move that did it. */
  stock_move_id: string | null
  /** Where the goods should go (put_back: the bin they came from); a person confirms or names another. */
  to_location_id: string | null
  warehouse_id: string
}

export interface WarehouseTables {
  'warehouse.carrier_claim': WarehouseCarrierClaim
  'warehouse.carrier_claim_line': WarehouseCarrierClaimLine
  'warehouse.goods_receipt': WarehouseGoodsReceipt
  'warehouse.goods_receipt_line': WarehouseGoodsReceiptLine
  'warehouse.inspection': WarehouseInspection
  'warehouse.inspection_line': WarehouseInspectionLine
  'warehouse.parcel': WarehouseParcel
  'warehouse.parcel_finding': WarehouseParcelFinding
  'warehouse.parcel_finding_line': WarehouseParcelFindingLine
  'warehouse.parcel_line': WarehouseParcelLine
  'warehouse.pick': WarehousePick
  'warehouse.pick_list': WarehousePickList
  'warehouse.pick_list_change': WarehousePickListChange
  'warehouse.pick_short': WarehousePickShort
  'warehouse.return_line_state': WarehouseReturnLineState
  'warehouse.return_receipt': WarehouseReturnReceipt
  'warehouse.return_receipt_line': WarehouseReturnReceiptLine
  'warehouse.shipment': WarehouseShipment
  'warehouse.shipment_collection': WarehouseShipmentCollection
  'warehouse.shipment_line': WarehouseShipmentLine
  'warehouse.shipment_order': WarehouseShipmentOrder
  'warehouse.task': WarehouseTask
}
