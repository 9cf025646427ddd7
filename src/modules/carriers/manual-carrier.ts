/** The carrier behind which no software stands: a person hands the parcel over and types the number from the slip. */

import { refuseUnusableParcel, rejected } from './carrier-adapter.ts'
import type { CarrierAdapter, CarrierParcel, LabelOutcome, RateOutcome } from './carrier-adapter.ts'
import { TRACKING_NUMBER_MAX_LENGTH, isCode128Text } from './label.ts'

/** Settings of one manual carrier, for example the local courier whose van comes at three. */
export type ManualCarrierConfig = {
  readonly name: string
  readonly services: readonly { readonly code: string; readonly name: string }[]
  /** Address of the tracking page with `{tracking_number}` in it. */
  readonly trackingUrlTemplate?: string | null
}

/**
 * A carrier without rates whose tracking number a person types; we draw the label.
 *
 * It rejects with `carriers.tracking_number_missing` or `carriers.tracking_number_invalid`.
 */
export function manualCarrier(config: ManualCarrierConfig): CarrierAdapter {
  return {
    kind: 'manual',
    name: config.name,
    services: config.services,
    async quoteRate(parcel): Promise<RateOutcome> {
      const refusal = refuseUnusableParcel(parcel, config.services)
      return refusal ?? { outcome: 'rate', price: null, reason: 'A manual carrier quotes no price.' }
    },
    async makeLabel(parcel): Promise<LabelOutcome> {
      return refuseUnusableParcel(parcel, config.services) ?? manualLabel(parcel, config.trackingUrlTemplate ?? null)
    },
  }
}

function manualLabel(parcel: CarrierParcel, trackingUrlTemplate: string | null): LabelOutcome {
  const trackingNumber = parcel.trackingNumber?.trim() ?? ''
  if (trackingNumber === '') {
    const message = "Type the tracking number from the carrier's slip."
    return rejected('carriers.tracking_number_missing', '/trackingNumber', message)
  }
  if (!isCode128Text(trackingNumber, TRACKING_NUMBER_MAX_LENGTH)) {
    const message = `A tracking number has at most ${TRACKING_NUMBER_MAX_LENGTH} letters, digits and signs of plain ASCII.`
    return rejected('carriers.tracking_number_invalid', '/trackingNumber', message)
  }
  const trackingUrl = trackingPage(trackingUrlTemplate, trackingNumber)
  return { outcome: 'label', trackingNumber, trackingUrl, price: null, documentPdf: null }
}

/** The carrier's page for a number: `{tracking_number}` in the template is replaced, encoded for a URL. */
export function trackingPage(template: string | null, trackingNumber: string): string | null {
  return template?.replaceAll('{tracking_number}', () => encodeURIComponent(trackingNumber)) ?? null
}
