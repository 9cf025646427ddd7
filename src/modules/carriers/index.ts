/** The carriers room: rates, labels, tracking. */

export { adapterOf, findCarriers } from './carrier.ts'
export type { StoredCarrierRow } from './carrier.ts'
export { carriersRoutes } from './carriers.routes.ts'
export { createCarrier } from './commands/create-carrier.ts'
export { lowestPrices, type PriceOfParcel } from './price-tables.ts'
export { provisionCarriers } from './provision-carriers.ts'
export type { CarrierKind, StoredCarrier } from './carrier-settings.ts'
export type {
  CarrierAdapter,
  CarrierParcel,
  CarrierRejected,
  CarrierUnreachable,
  LabelMade,
  LabelOutcome,
  RateOutcome,
  RateQuoted,
} from './carrier-adapter.ts'
export { LABELS_PER_FILE_MAX, checkShippingLabels, isCode128Text } from './label.ts'
export type { DocumentLocale, PostalAddress, ShippingLabel } from './label.ts'
export {
  addressLines,
  collectText,
  formatDay,
  formatDecimal,
  formatSize,
  formatWeight,
  labelCaptions,
  oneLine,
  readableSscc,
} from './label-text.ts'
export type { ManualCarrierConfig } from './manual-carrier.ts'
export { sscc } from './sscc.ts'
export type { TableRateCarrierConfig } from './table-rate-carrier.ts'
export { renderLabelsZpl } from './zpl-label.ts'
export type { ZplOptions } from './zpl-label.ts'
