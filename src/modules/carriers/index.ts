/** The carriers room: rates, labels, tracking. */

export { adapterOf, findCarriers } from './carrier.ts'
export type { StoredCarrierRow } from './carrier.ts'
export { carriersRoutes } from './carriers.routes.ts'
export { createCarrier } from './commands/create-carrier.ts'
export { updateCarrier } from './commands/update-carrier.ts'
export { provisionCarriers } from './provision-carriers.ts'
export { listCarriers } from './queries/list-carriers.ts'
export { ManualCarrierSettings, TableRateCarrierSettings, carrierAdapter } from './carrier-settings.ts'
export type { CarrierKind, StoredCarrier } from './carrier-settings.ts'
export { rejected, refuseUnusableParcel } from './carrier-adapter.ts'
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
export { LABELS_PER_FILE_MAX, TRACKING_NUMBER_MAX_LENGTH, checkShippingLabels, isCode128Text } from './label.ts'
export type { DocumentLocale, PostalAddress, ShippingLabel } from './label.ts'
export {
  addressLines,
  collectText,
  formatAmount,
  formatDay,
  formatDecimal,
  formatSize,
  formatWeight,
  labelCaptions,
  oneLine,
  readableSscc,
} from './label-text.ts'
export { manualCarrier } from './manual-carrier.ts'
export type { ManualCarrierConfig } from './manual-carrier.ts'
export { isValidSscc, sscc } from './sscc.ts'
export { tableRateCarrier } from './table-rate-carrier.ts'
export type { TableRateCarrierConfig } from './table-rate-carrier.ts'
export { renderLabelsZpl } from './zpl-label.ts'
export type { ZplOptions } from './zpl-label.ts'
