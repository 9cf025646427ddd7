export { OrdersPage } from './orders-page.tsx'
export { OrderPage } from './order-page.tsx'
export { NewOrderPage } from './new-order-page.tsx'
