import pg from 'pg'
import { SEED_DAYS } from './seed.ts'

/** Facts that are copied: every row of the seed once more for each copy, with ids, numbers and instants of its own. */
const COPIED = [
  'parties.party',
  'orders.sales_order',
  'orders.order_line',
  'orders.order_charge',
  'orders.order_discount',
  'orders.order_tax',
  'orders.order_hold',
  'orders.sourcing_decision',
  'orders.payment',
  'orders.revenue_slice',
  'warehouse.goods_receipt',
  'warehouse.goods_receipt_line',
  'warehouse.shipment',
  'warehouse.shipment_order',
  'warehouse.shipment_line',
  'warehouse.pick_list',
  'warehouse.pick',
  'warehouse.parcel',
  'warehouse.parcel_line',
  'inventory.stock_movement',
  'inventory.stock_move',
  'inventory.stock_move_line',
  'inventory.reservation',
  'inventory.backorder',
  'inventory.allocation',
  'inventory.cost_layer',
  'inventory.cost_use',
  'ledger.journal_entry',
  'ledger.posting',
  'kernel.event',
] as const

/**
 * Rows that are copied where not all are. Of the news: what was ordered, paid, shipped, held, canceled, received; not every step on the floor,
 * which would be half of all news again and is asked for by no list. A command's events are copied together or not at all.
 */
const ONLY: Readonly<Record<string, string>> = {
  'kernel.event': `personal_digest is null and (command like 'orders.%' or command in ('warehouse.ship_shipments', 'warehouse.create_goods_receipt', 'inventory.move_stock'))
    and command <> 'orders.create_channel'`,
}

/** Balances: what stands in them after one seed stands there as often as there are copies. */
const BALANCES: Readonly<Record<string, readonly string[]>> = {
  'inventory.stock_level': ['on_hand', 'allocated'],
  'inventory.stock_position': ['on_hand', 'reserved', 'held', 'incoming'],
  'kernel.counter': ['last'],
}

/** Ids of what all copies share: items, places, accounts, people. */
const SHARED =
  /^(item_id|location_id|from_location_id|to_location_id|lot_id|owner_id|serial_id|warehouse_id|account_id|channel_id|carrier_id|actor_id|placed_by|released_by|picked_by|done_by|rule_id)$/

/** Columns that count on from another table's sequence. */
const SEQUENCE_OF: Readonly<Record<string, string>> = {
  'inventory.stock_movement.seq': 'inventory.stock_movement',
  'inventory.stock_movement.reverses_seq': 'inventory.stock_movement',
  'inventory.cost_layer.seq': 'inventory.cost_layer',
  'inventory.cost_layer.movement_seq': 'inventory.stock_movement',
  'inventory.cost_use.seq': 'inventory.cost_use',
  'inventory.cost_use.movement_seq': 'inventory.stock_movement',
  'inventory.cost_use.of_use_seq': 'inventory.cost_use',
  'ledger.journal_entry.seq': 'ledger.journal_entry',
  'kernel.event.seq': 'kernel.event',
}

/** Counter of the numbers of a table. */
const COUNTER_OF: Readonly<Record<string, string>> = {
  'orders.sales_order': 'order',
  'warehouse.goods_receipt': 'goods_receipt',
  'warehouse.shipment': 'shipment',
  'warehouse.pick_list': 'pick_list',
  'inventory.stock_move': 'stock_move',
}

interface Column {
  name: string
  type: string
}
interface Spans {
  sequences: ReadonlyMap<string, number>
  counters: ReadonlyMap<string, number>
}

/**
 * Makes a seed so many times as large, set-based: each copy lies a week after the one before. Afterward levels, layers, promises, entries and
 * numbers agree as they did in the seed, because all that is checked is a sum over facts. Indexes rest meanwhile and are built
 * at the end; foreign keys are not asked (the copies keep them by construction). Needs a superuser.
 */
export async function multiplySeed(url: string, orgId: number, copies: number, onStep: (text: string) => void): Promise<void> {
  const clients = await Promise.all([0, 1].map(() => connect(url)))
  const [client] = clients
  if (client === undefined || copies < 2) return
  try {
    const spans = await readSpans(client, orgId)
    for (const [table, columns] of Object.entries(BALANCES)) {
      const sets = columns.map((column) => `${column} = ${column} * ${copies}`).join(', ')
      // oxlint-disable-next-line no-await-in-loop -- one table after another
      await client.query(`update ${table} set ${sets} where org_id = ${orgId}`)
    }
    const rest = await bySize(client)
    await Promise.all(
      clients.map(async (one) => {
        for (let table = rest.shift(); table !== undefined; table = rest.shift()) {
          const startedAt = performance.now()
          // oxlint-disable-next-line no-await-in-loop -- each connection takes one table after another
          await multiplyTable(one, { table, orgId, copies, spans })
          onStep(`${table}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
        }
      }),
    )
    await setSequences(client)
  } finally {
    await Promise.all(clients.map((one) => one.end()))
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`set session_replication_role = replica; set maintenance_work_mem = '1GB'; set synchronous_commit = off`)
  return client
}

async function readSpans(client: pg.Client, orgId: number): Promise<Spans> {
  const counters = await client.query<{ name: string; last: string }>('select name, last from kernel.counter where org_id = $1', [orgId])
  const sequences = new Map<string, number>()
  for (const table of new Set(Object.values(SEQUENCE_OF))) {
    // oxlint-disable-next-line no-await-in-loop -- a handful of tables
    const { rows } = await client.query<{ last: string }>(`select coalesce(max(seq), 0) as last from ${table}`)
    sequences.set(table, Number(rows[0]?.last ?? 0))
  }
  return { sequences, counters: new Map(counters.rows.map(({ name, last }) => [name, Number(last)])) }
}

/** Tables with rows, the largest first, so that both connections end together. */
async function bySize(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) name where pg_relation_size(name::regclass) > 0 order by pg_total_relation_size(name::regclass) desc`,
    [[...COPIED]],
  )
  return rows.map(({ name }) => name)
}

interface Multiplied {
  table: string
  orgId: number
  copies: number
  spans: Spans
}

async function multiplyTable(client: pg.Client, { table, orgId, copies, spans }: Multiplied): Promise<void> {
  const { rows: columns } = await client.query<Column>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const values = columns.map((column) => copyOf(table, column, spans)).join(', ')
  await client.query(`create temp table seed as select * from ${table} where org_id = ${orgId} and ${ONLY[table] ?? 'true'}`)
  await client.query(`update pg_index set indisready = false where indrelid = '${table}'::regclass`)
  await client.query(`do $$ begin
    for k in 1 .. ${copies - 1} loop
      insert into ${table} (${names}) overriding system value select ${values} from pg_temp.seed x;
    end loop; end $$`)
  await client.query(`drop table pg_temp.seed`)
  await client.query(`reindex table ${table}`)
  await client.query(`vacuum (analyze, parallel 0) ${table}`)
}

/** A column's value in copy `k`, as SQL over the seed's row `x`. */
function copyOf(table: string, { name, type }: Column, spans: Spans): string {
  const own = `x."${name}"`
  const sequence = SEQUENCE_OF[`${table}.${name}`]
  if (sequence !== undefined) return `${own} + k * ${spans.sequences.get(sequence) ?? 0}::bigint`
  const counter = COUNTER_OF[table]
  if (name === 'number' && counter !== undefined) return `${own} + k * ${spans.counters.get(counter) ?? 0}::bigint`
  if (type === 'uuid' && !SHARED.test(name)) return `(lpad(to_hex(256 + k), 4, '0') || substr(${own}::text, 5))::uuid`
  if (type === 'timestamp with time zone' || type === 'date')
    return `(${own} + k * interval '${SEED_DAYS} days')${type === 'date' ? '::date' : ''}`
  switch (name) {
    case 'external_id':
    case 'reference':
    case 'tracking_number': {
      return `${own} || '-' || k`
    }
    case 'customer_email':
    case 'email': {
      return `replace(${own}, '@', '.' || k || '@')`
    }
    case 'customer_name': {
      return `${own} || ' ' || k`
    }
    case 'source_label': {
      return `(${own}::bigint + k * ${spans.counters.get('order') ?? 0}::bigint)::text`
    }
    case 'sscc': {
      return `bench.sscc(left(${own}, 17)::bigint + k * ${spans.counters.get('sscc') ?? 0}::bigint)`
    }
    default: {
      return own
    }
  }
}

/** SSCC of 17 digits: with its GS1 check digit (weights 3 and 1 by turns from the right). */
export const SSCC_FUNCTION = `create schema if not exists bench; create or replace function bench.sscc(digits bigint) returns text language sql immutable as $$
  select lpad(digits::text, 17, '0') || (10 - sum(substr(lpad(digits::text, 17, '0'), n, 1)::integer * case when n % 2 = 1 then 3 else 1 end) % 10) % 10 from generate_series(1, 17) n $$`

async function setSequences(client: pg.Client): Promise<void> {
  for (const table of new Set(Object.values(SEQUENCE_OF)))
    // oxlint-disable-next-line no-await-in-loop -- a handful of tables
    await client.query(`select setval(pg_get_serial_sequence('${table}', 'seq'), (select max(seq) from ${table}))`)
}
