import type * as api from '../../api/types.gen.ts'
import type * as imports from './import-shapes.ts'
import type * as returns from './return-shapes.ts'
import type * as shapes from './shapes.ts'

/**
 * Proof, by the type checker, that what the program says it answers is what the screens read: each answer of the generated types must fit the shape
 * of the same thing. A field the server renames or drops stops the build here.
 */
type Fits<Answer extends Shape, Shape> = [Answer, Shape]

/** The address of a shipment is a copy of what the order said, which the description leaves open. */
type Plain<Shipment> = Omit<Shipment, 'ship_to'>

/** Every answer the screens rest on. */
export type Contract = [
  Fits<api.IdentityGetSessionResponse, shapes.Session>,
  Fits<api.IdentityListUsersResponse, shapes.Page<shapes.User>>,
  Fits<api.IdentityListApiKeysResponse, shapes.Page<shapes.ApiKey>>,
  Fits<api.CatalogGetItemResponse, shapes.Item>,
  Fits<api.PartiesGetPartyResponse, shapes.Party>,
  Fits<api.InventoryListWarehousesResponse, shapes.Page<shapes.Warehouse>>,
  Fits<api.InventoryListLocationsResponse, shapes.Page<shapes.Location>>,
  Fits<api.InventoryListStockResponse, shapes.Page<shapes.StockRow>>,
  Fits<api.InventoryListLevelsResponse, shapes.Page<shapes.StockLevel>>,
  Fits<api.InventoryListStockAtResponse, shapes.Page<shapes.StockLevel>>,
  Fits<api.InventoryListMovementsResponse, shapes.Page<shapes.Movement>>,
  Fits<api.InventoryListCostLayersResponse, shapes.Page<shapes.CostLayer>>,
  Fits<api.CarriersListCarriersResponse, shapes.Page<shapes.Carrier>>,
  Fits<Plain<api.WarehouseListShipmentsResponse['data'][number]>, Plain<shapes.Shipment>>,
  Fits<Plain<api.WarehouseGetShipmentResponse>, Plain<shapes.Shipment>>,
  Fits<api.WarehouseListPickListsResponse, shapes.Page<shapes.PickList>>,
  Fits<api.WarehouseGetPickListResponse, shapes.PickList>,
  Fits<api.LedgerListEntriesResponse, shapes.Page<shapes.JournalEntry>>,
  Fits<api.LedgerGetEntryResponse, shapes.JournalEntry>,
  Fits<api.LedgerGetTrialBalanceResponse, shapes.TrialBalance>,
  Fits<api.OrdersListOrdersResponse, shapes.Page<shapes.Order>>,
  Fits<api.OrdersGetOrderResponse, shapes.Order>,
  Fits<api.OrdersGetOrderTimelineResponse, shapes.Page<shapes.AuditEvent>>,
  Fits<api.OrdersListRmasResponse, shapes.Page<returns.ReturnRow>>,
  Fits<api.OrdersGetRmaResponse, returns.ReturnDocument>,
  Fits<api.OrdersGetReturnResponse, returns.ReturnReceipt>,
  Fits<api.OrdersGetReturnRulesResponse, returns.ReturnRules>,
  Fits<api.OrdersPreviewRefundResponse, returns.RefundPreview>,
  Fits<api.OrdersListChannelsResponse, shapes.Page<shapes.Channel>>,
  Fits<api.OrdersListSourcingPoliciesResponse, shapes.Page<shapes.SourcingPolicy>>,
  Fits<api.ReportsGetOverviewResponse, shapes.Overview>,
  Fits<api.ReportsGetVerificationResponse, shapes.Verification | null>,
  Fits<api.ImportsListImportsResponse, shapes.Page<imports.ImportRun>>,
  Fits<api.ImportsGetImportResponse, imports.ImportRun>,
]
