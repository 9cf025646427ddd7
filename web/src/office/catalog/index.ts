export { ItemsPage } from './items-page.tsx'
export { ItemPage, NewItemPage } from './item-page.tsx'
