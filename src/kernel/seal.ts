import { type RawBuilder, sql } from 'kysely'
import { type Database, inTransaction, type Tx } from './database.ts'
import { type CheckResult, runCheck } from './verify.ts'
import { verifyPersonal } from './verify-personal.ts'

/** Ledgers whose rows are chained: goods, money, and what happened. */
export const CHAINS = ['stock_movement', 'journal_entry', 'event'] as const
export type Chain = (typeof CHAINS)[number]

/** Rows in a block at most: what has to be read again to name a broken range. */
const BLOCK_ROWS = 10_000

/** Blocks made in one transaction at most. */
const BLOCKS_AT_ONCE = 50

/**
 * Rows of a chain as `(seq, recorded_at, digest)`: sha256 over the text of every column, instants as microseconds, so that no
 * setting of a session changes it. The columns are named: a column that a later migration adds is not part of older digests.
 */
function rowsOfChain(chain: Chain, orgId: number, from: RawBuilder<unknown>, to: RawBuilder<unknown>): RawBuilder<unknown> {
  const range = sql`x.org_id = ${orgId} and x.seq > ${from} and x.seq <= ${to}`
  const micros = (column: string) => sql`(extract(epoch from x.${sql.ref(column)}) * 1000000)::bigint`
  const digest = (text: RawBuilder<unknown>) => sql`sha256(convert_to((${text})::text, 'UTF8'))`
  const rows: Readonly<Record<Chain, RawBuilder<unknown>>> = {
    stock_movement: sql`
        select x.seq, x.recorded_at, ${digest(sql`row(x.org_id, x.seq, x.item_id, x.lot_id, x.serial_id, x.owner_id, x.quantity, x.from_location_id, x.to_location_id, ${micros('happened_at')}, ${micros('recorded_at')},
          x.actor_kind, x.actor_id, x.reason, x.source_type, x.source_id, x.source_line_id, x.reverses_seq, x.entry_id, x.command_id)`)} as digest
          from inventory.stock_movement x where ${range}`,
    journal_entry: sql`
        select x.seq, x.recorded_at, ${digest(sql`row(x.org_id, x.seq, x.id, to_char(x.accounting_date, 'YYYY-MM-DD'), ${micros('recorded_at')}, x.base_currency, x.base_debit, x.base_credit, x.kind, x.source_type, x.source_id,
          x.reverses_id, x.memo, x.actor_kind, x.actor_id, x.command_id,
          (select string_agg(row(p.line, p.account_id, to_char(p.accounting_date, 'YYYY-MM-DD'), p.amount, p.currency, p.base_amount, p.party_id, p.document_type, p.document_id, p.line_id, p.item_id, p.warehouse_id, p.channel_id)::text, ';' order by p.line)
             from ledger.posting p where p.org_id = x.org_id and p.entry_id = x.id))`)} as digest
          from ledger.journal_entry x where ${range}`,
    event: sql`
        select x.seq, x.recorded_at, ${digest(sql`row(x.org_id, x.seq, x.xid, ${micros('recorded_at')}, x.command_id, x.command, x.ordinal, x.of_events, x.request_id, x.actor_kind, x.actor_id, x.type, x.version,
          x.document_type, x.document_id, x.payload, encode(x.personal_digest, 'hex'))`)} as digest
          from kernel.event x where ${range}`,
  }
  return rows[chain]
}

/** Number of rows and digest of a block: sha256(previous digest || digests of its rows in order). */
function blockOf(
  chain: Chain,
  orgId: number,
  range: { from: RawBuilder<unknown>; to: RawBuilder<unknown>; previous: RawBuilder<unknown> },
): RawBuilder<unknown> {
  return sql`
    select count(*) as row_count, sha256(${range.previous} || coalesce(string_agg(r.digest, ''::bytea order by r.seq), ''::bytea)) as digest
      from (${rowsOfChain(chain, orgId, range.from, range.to)}) r`
}

const TABLE: Readonly<Record<Chain, RawBuilder<unknown>>> = {
  stock_movement: sql`inventory.stock_movement`,
  journal_entry: sql`ledger.journal_entry`,
  event: sql`kernel.event`,
}

/**
 * Extends the hash chains of an organization over rows that are final. A first run notes the newest sequence and the first
 * transaction that has not begun; once all older transactions are finished, no row can appear below that sequence any more,
 * and a later run (or this one, when nothing else is writing) seals up to it.
 * @returns rows sealed
 */
export async function sealOrganization(
  database: Database,
  orgId: number,
  options: { now?: Date; blockRows?: number } = {},
): Promise<number> {
  const { now = new Date(), blockRows = BLOCK_ROWS } = options
  let sealed = 0
  for (const chain of CHAINS) {
    // oxlint-disable no-await-in-loop -- a chain is extended block after block, each on what was sealed before
    sealed += await sealFinal(database, { orgId, chain, now, blockRows })
    await noteHorizon(database, orgId, chain, now)
    sealed += await sealFinal(database, { orgId, chain, now, blockRows })
    // oxlint-enable no-await-in-loop
  }
  return sealed
}

/** A writer draws its sequence a moment before its transaction has a number; in this time it gets one. Seconds. */
const DRAWN_TO_NUMBERED_S = 0.02

async function noteHorizon(database: Database, orgId: number, chain: Chain, now: Date): Promise<void> {
  const newest = await inTransaction(database, orgId, async (tx) => {
    const { rows } = await sql<{ newest: number; noted: number; sealed: number }>`
      select coalesce((select max(seq) from ${TABLE[chain]} where org_id = ${orgId}), 0) as newest,
             coalesce((select seq from kernel.seal_horizon where org_id = ${orgId} and chain = ${chain}), 0) as noted, ${lastSealed(orgId, chain)} as sealed`.execute(
      tx,
    )
    const state = rows[0]
    // A noted horizon that is not sealed yet waits for its transactions; moving it on would never let it pass.
    return state === undefined || state.newest <= state.sealed || state.noted > state.sealed ? null : state.newest
  })
  if (newest === null) return
  await inTransaction(database, orgId, async (tx) => {
    await sql`select pg_sleep(${DRAWN_TO_NUMBERED_S})`.execute(tx)
    await sql`
      insert into kernel.seal_horizon as h (org_id, chain, seq, before_xid, noted_at)
      values (${orgId}, ${chain}, ${newest}, pg_snapshot_xmax(pg_current_snapshot()), ${now})
      on conflict (org_id, chain) do update set seq = excluded.seq, before_xid = excluded.before_xid, noted_at = excluded.noted_at where h.seq < excluded.seq`.execute(
      tx,
    )
  })
}

interface Sealing {
  orgId: number
  chain: Chain
  now: Date
  blockRows: number
}

async function sealFinal(database: Database, sealing: Sealing): Promise<number> {
  let sealed = 0
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each part goes on from the last
    const part = await sealPart(database, sealing)
    sealed += part.rows
    if (!part.more) return sealed
  }
}

/** Seals some blocks in one transaction; the horizon's row is the lock among sealers. */
function sealPart(database: Database, { orgId, chain, now, blockRows }: Sealing): Promise<{ rows: number; more: boolean }> {
  return inTransaction(database, orgId, async (tx) => {
    const { rows } = await sql<{ seq: number; final: boolean }>`
      select seq, pg_snapshot_xmin(pg_current_snapshot()) >= before_xid as final from kernel.seal_horizon where org_id = ${orgId} and chain = ${chain} for update`.execute(
      tx,
    )
    const horizon = rows[0]
    if (horizon === undefined || !horizon.final) return { rows: 0, more: false }
    let sealed = 0
    for (let made = 0; made < BLOCKS_AT_ONCE; made += 1) {
      // oxlint-disable-next-line no-await-in-loop -- a block's digest needs the one before
      const count = await sealBlock(tx, { orgId, chain, now, blockRows }, horizon.seq)
      if (count === 0) return { rows: sealed, more: false }
      sealed += count
    }
    return { rows: sealed, more: true }
  })
}

async function sealBlock(tx: Tx, { orgId, chain, now, blockRows }: Sealing, upTo: number): Promise<number> {
  const { rows } = await sql<{ rowCount: number }>`
    with last as (
      select coalesce(max(block), 0) as block, coalesce(max(last_seq), 0) as seq, coalesce((array_agg(digest order by block desc))[1], ''::bytea) as digest
        from (select block, last_seq, digest from kernel.seal where org_id = ${orgId} and chain = ${chain} order by block desc limit 1) s),
    range as (
      select max(b.seq) as last_seq from (
        select x.seq from ${TABLE[chain]} x where x.org_id = ${orgId} and x.seq > (select seq from last) and x.seq <= ${upTo} order by x.seq limit ${blockRows}) b),
    made as (${blockOf(chain, orgId, { from: sql`(select seq from last)`, to: sql`(select last_seq from range)`, previous: sql`(select digest from last)` })})
    insert into kernel.seal (org_id, chain, block, after_seq, last_seq, row_count, digest, sealed_at)
    select ${orgId}, ${chain}, last.block + 1, last.seq, range.last_seq, made.row_count, made.digest, ${now} from last, range, made where range.last_seq is not null
    returning row_count as "rowCount"`.execute(tx)
  return rows[0]?.rowCount ?? 0
}

function lastSealed(orgId: number, chain: Chain): RawBuilder<unknown> {
  return sql`coalesce((select max(last_seq) from kernel.seal where org_id = ${orgId} and chain = ${chain}), 0)`
}

/**
 * V10: every sealed block again gives its digest, blocks follow each other without a gap, and personal values that were not
 * erased give the digest in their event. `detail` states what is sealed, the tail that is not (rows, age of the oldest in
 * seconds) and what was erased by request.
 */
export function verifySeals(tx: Tx, orgId: number, now: Date = new Date()): Promise<CheckResult> {
  return runCheck('V10', 'The hash chains of movements, journal entries and events are intact over all that is sealed.', async () => {
    let rows = 0
    const detail: Record<string, unknown> = {}
    let counterexample: Record<string, unknown> | null = null
    for (const chain of CHAINS) {
      // oxlint-disable-next-line no-await-in-loop -- one statement after another on one connection
      const state = await verifyChain(tx, orgId, chain, now)
      rows += state.sealed_rows
      detail[chain] = {
        sealed_rows: state.sealed_rows,
        blocks: state.blocks,
        unsealed_rows: state.unsealed_rows,
        unsealed_oldest_s: state.unsealed_oldest_s,
        head: state.head,
      }
      counterexample ??= state.broken
    }
    const personal = await verifyPersonal(tx, orgId)
    detail['personal'] = personal.detail
    return { rows: rows + personal.rows, counterexample: counterexample ?? personal.counterexample, detail }
  })
}

/** Before the first row: a row slipped in with a sequence of zero or less belongs to the first block. */
const FIRST = sql`(-9223372036854775807)::bigint`

interface ChainState {
  sealed_rows: number
  blocks: number
  unsealed_rows: number
  unsealed_oldest_s: number | null
  head: string | null
  broken: Record<string, unknown> | null
}

async function verifyChain(tx: Tx, orgId: number, chain: Chain, now: Date): Promise<ChainState> {
  const { rows } = await sql<ChainState>`
    with blocks as (
      select s.*, lag(s.digest, 1, ''::bytea) over chained as previous, lag(s.last_seq, 1, 0::bigint) over chained as previous_seq, row_number() over chained as place
        from kernel.seal s where s.org_id = ${orgId} and s.chain = ${chain} window chained as (order by s.block)),
    checked as (
      select b.*, x.row_count as found_rows, x.digest as found_digest from blocks b
       cross join lateral (${blockOf(chain, orgId, { from: sql`case when b.block = 1 then ${FIRST} else b.after_seq end`, to: sql`b.last_seq`, previous: sql`b.previous` })}) x),
    tail as (select count(*) as rows, min(recorded_at) as oldest from ${TABLE[chain]} where org_id = ${orgId} and seq > ${lastSealed(orgId, chain)})
    select coalesce((select sum(row_count) from blocks), 0)::bigint as sealed_rows, (select count(*) from blocks) as blocks,
           tail.rows as unsealed_rows, extract(epoch from ${now}::timestamptz - tail.oldest)::bigint as unsealed_oldest_s,
           (select encode(digest, 'hex') from blocks order by block desc limit 1) as head,
           (select jsonb_build_object('chain', ${chain}::text, 'block', c.block, 'after_seq', c.after_seq, 'last_seq', c.last_seq, 'rows', c.row_count, 'rows_found', c.found_rows,
                                      'fault', case when c.block <> c.place or c.after_seq <> c.previous_seq then 'a block is missing before this one'
                                                    when c.row_count <> c.found_rows then 'rows were added or deleted' else 'a row or the block was altered' end)
              from checked c where c.block <> c.place or c.after_seq <> c.previous_seq or c.row_count <> c.found_rows or c.digest <> c.found_digest order by c.block limit 1) as broken
      from tail`.execute(tx)
  return rows[0] ?? { sealed_rows: 0, blocks: 0, unsealed_rows: 0, unsealed_oldest_s: null, head: null, broken: null }
}
