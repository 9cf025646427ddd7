import { commandRoute, queryRoute, type Route } from '../../kernel/http/route.ts'
import { createItem } from './commands/create-items.ts'
import { createProduct } from './commands/create-product.ts'
import { createTaxClass } from './commands/create-tax-class.ts'
import { updateItem } from './commands/update-item.ts'
import { updateProduct } from './commands/update-product.ts'
import { getItem } from './queries/get-item.ts'
import { listItems } from './queries/list-items.ts'
import { getProduct, listProducts } from './queries/list-products.ts'
import { listTaxClasses } from './queries/list-tax-classes.ts'

const tag = 'Catalog'
const show = { query: getItem, by: (written: { id: string }) => ({ item_id: written.id }) }
const newItem = {
  sku: 'MUG-RED',
  name: 'Red mug',
  kind: 'stocked',
  barcodes: [{ code: '5449000000996' }],
  weight_g: 320,
  price: { amount: 999, scale: 2, currency: 'EUR' },
  tax_class: 'standard',
}

/** Items, products and tax classes over HTTP. */
export const catalogRoutes: Route[] = [
  queryRoute(listItems, { path: '/v1/items', tag }),
  commandRoute(createItem, { method: 'POST', path: '/v1/items', tag, show, example: newItem }),
  queryRoute(getItem, { path: '/v1/items/:item_id', tag }),
  commandRoute(updateItem, { method: 'PATCH', path: '/v1/items/:item_id', tag, show, example: { status: 'archived' } }),
  queryRoute(listProducts, { path: '/v1/products', tag }),
  commandRoute(createProduct, { method: 'POST', path: '/v1/products', tag, example: { name: 'Mug' } }),
  queryRoute(getProduct, { path: '/v1/products/:product_id', tag }),
  commandRoute(updateProduct, { method: 'PATCH', path: '/v1/products/:product_id', tag, example: { status: 'archived' } }),
  queryRoute(listTaxClasses, { path: '/v1/tax-classes', tag }),
  commandRoute(createTaxClass, {
    method: 'POST',
    path: '/v1/tax-classes',
    tag,
    example: { code: 'books', name: 'Books', rate_ppm: 100_000 },
  }),
]
