import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { adapterOf, findCarriers } from '../carrier.ts'
import type { CarrierParcel } from '../carrier-adapter.ts'

const Millimeters = Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 }))
const Place = exactly({ country: Type.String({ pattern: '^[A-Z]{2}$' }), postcode: Type.Optional(Type.String({ maxLength: 20 })) })

const Rate = exactly({
  service: Type.String(),
  name: Type.String(),
  price: Type.Union([exactly({ amount: Type.Integer(), currency: Type.String() }), Type.Null()]),
  /** Why it costs that, or why the carrier refuses. */
  reason: Type.String(),
  refused: nullable(Type.String()),
})

/** What a carrier asks for a parcel, for each of its services (or one). @throws `carriers.not_found` */
export const quoteRates = defineQuery({
  name: 'carriers.quote_rates',
  permission: 'carriers.read',
  summary: 'Quote the rates of a carrier for a parcel',
  input: exactly({
    carrier_id: Uuid,
    service: Type.Optional(Type.String({ maxLength: 40 })),
    from: Type.Optional(Place),
    to: Place,
    weight_g: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
    length_mm: Millimeters,
    width_mm: Millimeters,
    height_mm: Millimeters,
  }),
  output: exactly({ rates: Type.Array(Rate) }),
  errors: ['carriers.not_found'],

  async run({ tx, ctx }, input) {
    const [row] = await findCarriers(tx, ctx.orgId, { ids: [input.carrier_id] })
    if (row === undefined) throw notFound('carriers.carrier', input.carrier_id)
    const adapter = adapterOf(row)
    const place = (at: { country: string; postcode?: string }) => ({
      name: '',
      lines: [],
      city: '',
      postcode: at.postcode ?? '',
      country: at.country,
    })
    const parcel: Omit<CarrierParcel, 'serviceCode'> = {
      parcelId: ZERO_ID,
      parcelSerial: 1,
      from: place(input.from ?? input.to),
      to: place(input.to),
      weightG: input.weight_g,
      lengthMm: input.length_mm ?? null,
      widthMm: input.width_mm ?? null,
      heightMm: input.height_mm ?? null,
    }
    const services = adapter.services.filter((service) => input.service === undefined || service.code === input.service)
    const rates = await Promise.all(
      services.map(async ({ code, name }) => {
        const quoted = await adapter.quoteRate({ ...parcel, serviceCode: code })
        if (quoted.outcome === 'rate')
          return { service: code, name, price: quoted.price === null ? null : { ...quoted.price }, reason: quoted.reason, refused: null }
        return {
          service: code,
          name,
          price: null,
          reason: quoted.message,
          refused: quoted.outcome === 'rejected' ? quoted.code : 'carriers.unreachable',
        }
      }),
    )
    return { rates }
  },
})
