export { catalogRoutes } from './catalog.routes.ts'
export { createItem, createItems } from './commands/create-items.ts'
export { createProduct } from './commands/create-product.ts'
export { createTaxClass } from './commands/create-tax-class.ts'
export { MAX_TAKEN_ITEMS, type RefusedDraft, takeItems } from './commands/take-items.ts'
export { updateItem } from './commands/update-item.ts'
export { updateProduct } from './commands/update-product.ts'
export { barcodeForms, type BarcodeScheme } from './gtin.ts'
export { ItemDraft, NewItem } from './item.ts'
export {
  findCaseCollisions,
  findItemByBarcode,
  findItemsById,
  findItemsBySku,
  findOrderedItems,
  type ItemSummary,
  type KitComponent,
  loadKitComponents,
  type OrderedItem,
  type OrderedItems,
} from './lookups.ts'
export { provisionCatalog } from './provision-catalog.ts'
export { getItem } from './queries/get-item.ts'
export { listItems, totalItems } from './queries/list-items.ts'
export { getProduct, listProducts } from './queries/list-products.ts'
export { listTaxClasses } from './queries/list-tax-classes.ts'
