export { ReturnsPage } from './returns-page.tsx'
export { ReturnPage } from './return-page.tsx'
export { ReturnReceiptPage, ReturnReceiptsPage } from './return-receipt-page.tsx'
export { ReceiveReturnPage } from './receive-return-page.tsx'
