import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../../kernel/database.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { decodeCursor, DEFAULT_LIMIT, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'

/** Stock of one item, lot and owner in one location at a past instant. */
export const PastRow = exactly({
  item_id: Uuid,
  sku: Type.String(),
  location_id: Uuid,
  location_code: Type.String(),
  warehouse_id: Uuid,
  lot_id: Uuid,
  lot: Type.Union([Type.String(), Type.Null()]),
  owner_id: Uuid,
  on_hand: Type.Integer(),
  /** Below zero: goods that left by then were recorded as coming in only later. */
  recorded_late: Type.Boolean(),
})
type PastRow = Static<typeof PastRow>

/** What is asked of the past. `at` goes by happened_at, `known_at` by recorded_at; both default to now. */
export interface PastQuestion {
  at?: string
  known_at?: string
  item_id?: string
  warehouse_id?: string
  location_id?: string
  limit?: number
  cursor?: string
}

/**
 * Stock at a past instant. As it was (no `known_at`) it starts from the month's balance before the instant and adds the
 * movements since, and those recorded after the balance was rolled; as it was known it sums the movements known then.
 */
export async function stockAtRows(
  tx: Tx,
  orgId: number,
  now: Date,
  question: PastQuestion,
): Promise<{ data: PastRow[]; next_cursor: string | null }> {
  const { limit = DEFAULT_LIMIT } = question
  const at = question.at === undefined ? now : new Date(question.at)
  const after = decodeCursor(question.cursor, ['string', 'string', 'string', 'string'])
  const sums =
    question.known_at === undefined
      ? await fromBalances(tx, orgId, at, question)
      : fromMovements(orgId, sql`m.happened_at <= ${at} and m.recorded_at <= ${new Date(question.known_at)}`, question)
  const conditions = [sql`s.on_hand <> 0`]
  if (question.warehouse_id !== undefined) conditions.push(sql`c.warehouse_id = ${question.warehouse_id}`)
  if (after !== null)
    conditions.push(
      sql`(s.item_id, s.location_id, s.lot_id, s.owner_id) > (${after[0]}::uuid, ${after[1]}::uuid, ${after[2]}::uuid, ${after[3]}::uuid)`,
    )
  const { rows } = await sql<PastRow>`
    select s.item_id, i.sku, s.location_id, c.code as location_code, c.warehouse_id, s.lot_id, case when s.lot_id <> ${ZERO_ID} then t.code end as lot, s.owner_id, s.on_hand, s.on_hand < 0 as recorded_late
      from (select item_id, location_id, lot_id, owner_id, sum(quantity)::bigint as on_hand from (${sums}) x group by item_id, location_id, lot_id, owner_id) s
      join inventory.location c on c.org_id = ${orgId} and c.id = s.location_id and c.kind = 'real'
      join catalog.item i on i.org_id = ${orgId} and i.id = s.item_id
      join inventory.lot t on t.org_id = ${orgId} and t.id = s.lot_id
     where ${sql.join(conditions, sql` and `)} order by s.item_id, s.location_id, s.lot_id, s.owner_id limit ${limit + 1}`.execute(tx)
  return toPage(rows, limit, (row) => [row.item_id, row.location_id, row.lot_id, row.owner_id])
}

type Filter = Pick<PastQuestion, 'item_id' | 'location_id'>

/** Both sides of the movements under a condition on `m`, signed; each movement is read once. */
function fromMovements(orgId: number, condition: RawBuilder<unknown>, filter: Filter, sign: '' | '-' = ''): RawBuilder<unknown> {
  const { item_id, location_id } = filter
  return sql`
    select m.item_id, side.location_id, m.lot_id, m.owner_id, ${sql.raw(sign)}side.quantity as quantity
      from inventory.stock_movement m cross join lateral (values (m.to_location_id, m.quantity), (m.from_location_id, -m.quantity)) side(location_id, quantity)
     where m.org_id = ${orgId} and ${condition} ${item_id === undefined ? sql`` : sql`and m.item_id = ${item_id}`}
       ${location_id === undefined ? sql`` : sql`and (m.to_location_id = ${location_id} or m.from_location_id = ${location_id}) and side.location_id = ${location_id}`}`
}

/**
 * The rolled month nearest to the instant, and the movements between: those since its start are added, or those up to its start are taken
 * off again, so that at most half a month is read. What the roll had not seen is added.
 */
async function fromBalances(tx: Tx, orgId: number, at: Date, filter: Filter): Promise<RawBuilder<unknown>> {
  const { rows } = await sql<{ month: string; startsAt: Date; upToSeq: number }>`
    select month, month::timestamp at time zone 'UTC' as "startsAt", up_to_seq as "upToSeq" from (
      (select month, up_to_seq from inventory.month_balance where org_id = ${orgId} and month <= (${at}::timestamptz at time zone 'UTC')::date order by month desc limit 1)
      union all
      (select month, up_to_seq from inventory.month_balance where org_id = ${orgId} and month > (${at}::timestamptz at time zone 'UTC')::date order by month limit 1)) near`.execute(
    tx,
  )
  const far = (row: { startsAt: Date }): number => Math.abs(row.startsAt.getTime() - at.getTime())
  const [rolled] = rows.toSorted((a, b) => far(a) - far(b))
  if (rolled === undefined) return fromMovements(orgId, sql`m.happened_at <= ${at}`, filter)
  const { item_id, location_id } = filter
  const { startsAt, upToSeq } = rolled
  const between =
    startsAt <= at
      ? sql`${fromMovements(orgId, sql`m.happened_at >= ${startsAt} and m.happened_at <= ${at}`, filter)}
        union all ${fromMovements(orgId, sql`m.happened_at < ${startsAt} and m.seq > ${upToSeq}`, filter)}`
      : sql`${fromMovements(orgId, sql`m.happened_at > ${at} and m.happened_at < ${startsAt} and m.seq <= ${upToSeq}`, filter, '-')}
        union all ${fromMovements(orgId, sql`m.happened_at <= ${at} and m.seq > ${upToSeq}`, filter)}`
  return sql`
    select b.item_id, b.location_id, b.lot_id, b.owner_id, b.on_hand as quantity from inventory.month_balance b
     where b.org_id = ${orgId} and b.month = ${rolled.month}::date
       ${item_id === undefined ? sql`` : sql`and b.item_id = ${item_id}`} ${location_id === undefined ? sql`` : sql`and b.location_id = ${location_id}`}
    union all ${between}`
}
