import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { findCarriers } from '../../carriers/index.ts'
import { findItemsById } from '../../catalog/index.ts'
import { AllowedAction } from '../allowed-actions.ts'
import { Money } from '../schemas.ts'

const text = Type.String()
const CLAIM_STATUSES = ['waived', 'open', 'accepted', 'rejected', 'paid'] as const
const row = {
  id: Uuid,
  number: Type.Integer(),
  status: text,
  shipment_id: Uuid,
  shipment_number: Type.Integer(),
  carrier: nullable(text),
  cost: Money,
  claimed: Money,
  accepted: Type.Union([Money, Type.Null()]),
  paid: Type.Union([Money, Type.Null()]),
  repaid: Type.Union([Money, Type.Null()]),
  lost_quantity: Type.Integer({ description: 'what of it was not found' }),
  reference: text,
  reason: text,
  note: text,
  happened_at: text,
  created_at: text,
  decided_at: nullable(text),
  paid_at: nullable(text),
  allowed_actions: Type.Array(AllowedAction),
}
const ClaimRow = exactly(row)

interface StoredClaim {
  id: string
  number: number
  status: (typeof CLAIM_STATUSES)[number]
  shipment_id: string
  shipment_number: number
  carrier_id: string | null
  currency: string
  cost_minor: number
  claimed_minor: number
  accepted_minor: number | null
  paid_minor: number | null
  repaid_minor: number | null
  lost_quantity: number
  reference: string
  reason: string
  note: string
  happened_at: Date
  created_at: Date
  decided_at: Date | null
  paid_at: Date | null
}

const select = sql`
  select c.id, c.number, c.status, c.shipment_id, s.number as shipment_number, c.carrier_id, c.currency::text, c.cost_minor, c.claimed_minor, c.accepted_minor, c.paid_minor, c.repaid_minor, c.reference, c.reason, c.note,
         c.happened_at, c.created_at, c.decided_at, c.paid_at,
         ((select coalesce(sum(l.quantity), 0) from warehouse.carrier_claim_line l where l.org_id = c.org_id and l.claim_id = c.id)
          - (select coalesce(sum(l.quantity), 0) from warehouse.parcel_finding f join warehouse.parcel_finding_line l on l.org_id = f.org_id and l.finding_id = f.id where f.org_id = c.org_id and f.claim_id = c.id))::bigint as lost_quantity
    from warehouse.carrier_claim c join warehouse.shipment s on s.org_id = c.org_id and s.id = c.shipment_id`

const STEPS: Readonly<Record<string, readonly string[]>> = {
  accept: ['open', 'rejected'],
  reject: ['open', 'accepted'],
  pay: ['open', 'accepted', 'rejected', 'waived'],
  repay: ['paid'],
}

async function show(tx: Tx, orgId: number, rows: readonly StoredClaim[]): Promise<Static<typeof ClaimRow>[]> {
  const carriers = new Map(
    (await findCarriers(tx, orgId, { ids: rows.flatMap((claim) => claim.carrier_id ?? []) })).map((carrier) => [carrier.id, carrier.code]),
  )
  return rows.map(({ carrier_id, currency, cost_minor, claimed_minor, accepted_minor, paid_minor, repaid_minor, ...claim }) => {
    const money = (amount: number) => ({ amount, currency })
    return {
      ...claim,
      carrier: carriers.get(carrier_id ?? '') ?? null,
      cost: money(cost_minor),
      claimed: money(claimed_minor),
      accepted: accepted_minor === null ? null : money(accepted_minor),
      paid: paid_minor === null ? null : money(paid_minor),
      repaid: repaid_minor === null ? null : money(repaid_minor),
      happened_at: claim.happened_at.toISOString(),
      created_at: claim.created_at.toISOString(),
      decided_at: claim.decided_at?.toISOString() ?? null,
      paid_at: claim.paid_at?.toISOString() ?? null,
      allowed_actions: [
        ...Object.entries(STEPS).map(([action, from]) =>
          from.includes(claim.status) ? { action, allowed: true } : { action, allowed: false, reason: `It is ${claim.status}.` },
        ),
        claim.lost_quantity > 0 ? { action: 'find', allowed: true } : { action: 'find', allowed: false, reason: 'All of it was found.' },
      ],
    }
  })
}

/** Claims on carriers for lost goods, the newest first. */
export const listCarrierClaims = defineQuery({
  name: 'warehouse.list_carrier_claims',
  permission: 'warehouse.read',
  summary: 'List claims on carriers',
  input: exactly({ status: Type.Optional(Type.Enum([...CLAIM_STATUSES])), shipment_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(ClaimRow),

  async run({ tx, ctx }, { status, shipment_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions = [sql`c.org_id = ${ctx.orgId}`]
    if (status !== undefined) conditions.push(sql`c.status = ${status}`)
    if (shipment_id !== undefined) conditions.push(sql`c.shipment_id = ${shipment_id}::uuid`)
    if (after !== null) conditions.push(sql`c.number < ${after[0]}::bigint`)
    const { rows } =
      await sql<StoredClaim>`${select} where ${sql.join(conditions, sql` and `)} order by c.number desc limit ${limit + 1}`.execute(tx)
    return toPage(await show(tx, ctx.orgId, rows), limit, (claim) => [claim.number])
  },
})

/** One claim with its goods. @throws `warehouse.not_found` */
export const getCarrierClaim = defineQuery({
  name: 'warehouse.get_carrier_claim',
  permission: 'warehouse.read',
  summary: 'Get a claim on a carrier',
  input: exactly({ carrier_claim_id: Uuid }),
  output: exactly({
    ...row,
    lines: Type.Array(
      exactly({ id: Uuid, shipment_line_id: Uuid, item_id: Uuid, sku: text, name: text, quantity: Type.Integer(), cost: Money }),
    ),
  }),
  errors: ['warehouse.not_found'],

  async run({ tx, ctx }, { carrier_claim_id }) {
    const { rows } = await sql<StoredClaim>`${select} where c.org_id = ${ctx.orgId} and c.id = ${carrier_claim_id}::uuid`.execute(tx)
    const [claim] = await show(tx, ctx.orgId, rows)
    if (claim === undefined) throw notFound('warehouse.carrier_claim', carrier_claim_id)
    const { rows: lines } = await sql<{ id: string; shipment_line_id: string; item_id: string; quantity: number; cost_minor: number }>`
      select id, shipment_line_id, item_id, quantity, cost_minor from warehouse.carrier_claim_line where org_id = ${ctx.orgId} and claim_id = ${carrier_claim_id}::uuid order by line_no`.execute(
      tx,
    )
    const items = await findItemsById(
      tx,
      ctx.orgId,
      lines.map((line) => line.item_id),
    )
    return {
      ...claim,
      lines: lines.map(({ cost_minor, ...line }) => ({
        ...line,
        sku: items.get(line.item_id)?.sku ?? '',
        name: items.get(line.item_id)?.name ?? '',
        cost: { amount: cost_minor, currency: claim.cost.currency },
      })),
    }
  },
})
