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

interface InventoryAdjustment {
  happened_at: Timestamp
  id: string
  kind: string
  note: Generated<string>
  number: number
  org_id: number
  recorded_at: Timestamp
  reverses_id: string | null
  warehouse_id: string
}

interface InventoryAdjustmentLine {
  adjustment_id: string
  id: string
  item_id: string
  line_no: number
  location_id: string
  lot_id: string
  needs_recount: Generated<boolean>
  org_id: number
  owner_id: string
  quantity: number
  unit_cost: number | null
  unit_cost_scale: Generated<number>
}

interface InventoryAllocation {
  item_id: string
  location_id: string
  lot_id: string
  org_id: number
  owner_id: string
  purpose: string
  quantity: number
  source_id: string
}

interface InventoryBackorder {
  item_id: string
  org_id: number
  owner_id: string
  priority: Generated<number>
  quantity: number
  source_id: string
  source_line_id: string
  waiting_since: Timestamp
  warehouse_ids: string[]
}

interface InventoryCostAdjustment {
  /** Part that followed goods into the running layer of an average-cost item, which has a row of its own. */
  carried_value_minor: Generated<number>
  entry_id: string
  id: string
  layer_id: string
  left_value_minor: number
  note: Generated<string>
  org_id: number
  reason: string
  recorded_at: Timestamp
  source_id: string
  source_line_id: string
  source_type: string
  used_value_minor: number
  value_minor: number
}

interface InventoryCostLayer {
  assumed: Generated<boolean>
  id: string
  item_id: string
  lot_id: string
  movement_seq: number
  org_id: number
  origin_layer_id: string | null
  owner_id: string
  provisional: Generated<boolean>
  quantity: number
  received_at: Timestamp
  recorded_at: Timestamp
  remaining_quantity: number
  remaining_value_minor: number
  seq: Generated<number>
  source_line_id: string
  source_type: string
  value_minor: number
  warehouse_id: string
}

interface InventoryCostUse {
  into_layer_id: string | null
  kind: Generated<string>
  layer_id: string
  movement_seq: number
  of_use_seq: number | null
  org_id: number
  quantity: number
  seq: Generated<number>
  value_minor: number
}

interface InventoryExpectedSupply {
  expected_at: Timestamp | null
  item_id: string
  org_id: number
  owner_id: string
  quantity: number
  source_id: string
  source_line_id: string
  source_type: string
  warehouse_id: string
}

interface InventoryLinePromise {
  expected_at: Timestamp
  item_id: string
  org_id: number
  quantity: number
  source_line_id: string
  supply_line_id: string
  warehouse_id: string
}

interface InventoryLocation {
  aisle: string | null
  bay: string | null
  bin: string | null
  blocked: Generated<boolean>
  code: string
  created_at: Timestamp
  id: string
  kind: string
  level: string | null
  org_id: number
  parent_id: string | null
  role: string
  sellable: Generated<boolean | null>
  /** Walking order of the pick path; the code padded so that A-2 comes before A-10 unless set otherwise. */
  sort_key: Generated<string>
  version: Generated<number>
  warehouse_id: string | null
  zone: string | null
}

interface InventoryLot {
  code: string
  created_at: Timestamp
  expires_on: string | null
  id: string
  item_id: string | null
  org_id: number
}

interface InventoryLowStockThreshold {
  item_id: string
  org_id: number
  threshold: number
  warehouse_id: string
}

interface InventoryMonthBalance {
  item_id: string
  location_id: string
  lot_id: string
  month: string
  on_hand: number
  org_id: number
  owner_id: string
  up_to_seq: number
}

interface InventoryOwner {
  code: string
  id: string
  org_id: number
  party_id: string | null
}

interface InventoryReservation {
  item_id: string
  org_id: number
  owner_id: string
  priority: Generated<number>
  promised_at: Timestamp
  quantity: number
  source_id: string
  source_line_id: string
  warehouse_id: string
}

interface InventorySerial {
  code: string
  created_at: Timestamp
  id: string
  item_id: string
  org_id: number
}

interface InventoryStockCount {
  counted_at: Timestamp
  id: string
  note: Generated<string>
  number: number
  org_id: number
  recorded_at: Timestamp
  scope: string
  task_id: string | null
  warehouse_id: string
}

interface InventoryStockCountLine {
  counted: number
  difference: number
  expected: number
  id: string
  item_id: string
  line_no: number
  listed: boolean
  location_id: string
  lot_id: string
  org_id: number
  owner_id: string
  reason: string
  scanned_at: Timestamp
  stock_count_id: string
}

interface InventoryStockHold {
  created_at: Timestamp
  expires_at: Timestamp
  id: string
  item_id: string
  org_id: number
  owner_id: string
  quantity: number
  reference: string
  warehouse_id: string
}

interface InventoryStockLevel {
  allocated: Generated<number>
  item_id: string
  location_id: string
  lot_id: string
  on_hand: Generated<number>
  org_id: number
  owner_id: string
}

interface InventoryStockMove {
  happened_at: Timestamp
  id: string
  note: Generated<string>
  number: number
  org_id: number
  recorded_at: Timestamp
  warehouse_id: string
}

interface InventoryStockMoveLine {
  from_location_id: string
  id: string
  item_id: string
  line_no: number
  lot_id: string
  org_id: number
  owner_id: string
  quantity: number
  stock_move_id: string
  to_location_id: string
}

interface InventoryStockMovement {
  actor_id: string | null
  actor_kind: string
  command_id: string
  entry_id: string | null
  from_location_id: string
  happened_at: Timestamp
  item_id: string
  lot_id: string
  org_id: number
  owner_id: string
  quantity: number
  reason: string
  recorded_at: Timestamp
  reverses_seq: number | null
  seq: Generated<number>
  serial_id: string | null
  source_id: string
  source_line_id: string
  source_type: string
  to_location_id: string
}

interface InventoryStockPosition {
  held: Generated<number>
  incoming: Generated<number>
  item_id: string
  on_hand: Generated<number>
  org_id: number
  owner_id: string
  reserved: Generated<number>
  warehouse_id: string
}

interface InventorySupplierStock {
  item_id: string
  org_id: number
  quantity: number
  seen_at: Timestamp
  supplier_id: string
}

interface InventoryWarehouse {
  address: Generated<Json>
  code: string
  country: string
  created_at: Timestamp
  /** Time of day (HH:MM, in the organization's time zone) until which parcels leave the same day; null: none is set. */
  cut_off: string | null
  id: string
  is_active: Generated<boolean>
  kind: Generated<string>
  latitude: number | null
  longitude: number | null
  name: string
  org_id: number
  postcode: Generated<string>
  priority: Generated<number>
  version: Generated<number>
}

export interface InventoryTables {
  'inventory.adjustment': InventoryAdjustment
  'inventory.adjustment_line': InventoryAdjustmentLine
  'inventory.allocation': InventoryAllocation
  'inventory.backorder': InventoryBackorder
  'inventory.cost_adjustment': InventoryCostAdjustment
  'inventory.cost_layer': InventoryCostLayer
  'inventory.cost_use': InventoryCostUse
  'inventory.expected_supply': InventoryExpectedSupply
  'inventory.line_promise': InventoryLinePromise
  'inventory.location': InventoryLocation
  'inventory.lot': InventoryLot
  'inventory.low_stock_threshold': InventoryLowStockThreshold
  'inventory.month_balance': InventoryMonthBalance
  'inventory.owner': InventoryOwner
  'inventory.reservation': InventoryReservation
  'inventory.serial': InventorySerial
  'inventory.stock_count': InventoryStockCount
  'inventory.stock_count_line': InventoryStockCountLine
  'inventory.stock_hold': InventoryStockHold
  'inventory.stock_level': InventoryStockLevel
  'inventory.stock_move': InventoryStockMove
  'inventory.stock_move_line': InventoryStockMoveLine
  'inventory.stock_movement': InventoryStockMovement
  'inventory.stock_position': InventoryStockPosition
  'inventory.supplier_stock': InventorySupplierStock
  'inventory.warehouse': InventoryWarehouse
}
