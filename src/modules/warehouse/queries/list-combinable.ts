import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'

const MAX_GROUPS = 100

/** Groups of open shipments that could leave as one: same customer, address, currency and warehouse, none held. */
export const listCombinableShipments = defineQuery({
  name: 'warehouse.list_combinable_shipments',
  permission: 'warehouse.read',
  summary: 'List shipments that could be combined',
  input: exactly({ warehouse_id: Type.Optional(Uuid), shipment_id: Type.Optional(Uuid) }),
  output: exactly({
    data: Type.Array(
      exactly({
        warehouse_id: Uuid,
        customer: Type.String(),
        shipments: Type.Array(exactly({ id: Uuid, number: Type.Integer(), status: Type.String(), source_label: Type.String() })),
      }),
    ),
  }),

  async run({ tx, ctx }, { warehouse_id, shipment_id }) {
    const only = warehouse_id === undefined ? sql`` : sql`and s.warehouse_id = ${warehouse_id}::uuid`
    const having = shipment_id === undefined ? sql`` : sql`and bool_or(s.id = ${shipment_id}::uuid)`
    const { rows } = await sql<{
      warehouse_id: string
      customer: string
      shipments: { id: string; number: number; status: string; source_label: string }[]
    }>`
      select s.warehouse_id, coalesce(min(s.ship_to ->> 'name'), '') as customer,
             jsonb_agg(jsonb_build_object('id', s.id, 'number', s.number, 'status', s.status, 'source_label', s.source_label) order by s.number) as shipments
        from warehouse.shipment s
       where s.org_id = ${ctx.orgId} and s.status in ('planned', 'released') and not s.held ${only}
       group by s.ship_to_hash, s.warehouse_id, s.currency, s.party_id, s.ready, s.amount_to_collect > 0
      having count(*) > 1 ${having}
       order by min(s.number) limit ${MAX_GROUPS}`.execute(tx)
    return { data: rows }
  },
})
