import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { Carrier, findCarriers, showCarrier, type StoredCarrierRow } from '../carrier.ts'

/** Carriers by code. */
export const listCarriers = defineQuery({
  name: 'carriers.list_carriers',
  permission: 'carriers.read',
  summary: 'List carriers',
  input: exactly(pageInput),
  output: pageOf(Carrier),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string'])
    const { rows } = await sql<StoredCarrierRow>`
      select id, code, name, kind, config, tracking_url, is_active, version from carriers.carrier
       where org_id = ${ctx.orgId} and code > ${after?.[0] ?? ''} order by code limit ${limit + 1}`.execute(tx)
    return toPage(rows.map(showCarrier), limit, (row) => [row.code])
  },
})

/** One carrier. @throws `carriers.not_found` */
export const getCarrier = defineQuery({
  name: 'carriers.get_carrier',
  permission: 'carriers.read',
  summary: 'Get a carrier',
  input: exactly({ carrier_id: Uuid }),
  output: Carrier,
  errors: ['carriers.not_found'],

  async run({ tx, ctx }, { carrier_id }) {
    const [row] = await findCarriers(tx, ctx.orgId, { ids: [carrier_id] })
    if (row === undefined) throw notFound('carriers.carrier', carrier_id)
    return showCarrier(row)
  },
})
