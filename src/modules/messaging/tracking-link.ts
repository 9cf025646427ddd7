import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import { type Database, inGlobalTransaction } from '../../kernel/database.ts'
import { type Outside, outsideOf } from '../../kernel/outside.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'

/** 192 bits: nobody finds one by trying. */
const TOKEN_BYTES = 24
const TOKEN = /^[A-Za-z0-9_-]{32}$/

/**
 * The token of an order's page. It follows from the installation's secret, so that every message names the same page although the database keeps
 * only a hash; who has the database alone cannot make it.
 */
function tokenOf({ secrets }: Outside, orgId: number, orderId: string, generation: number): string {
  return secrets.derive('messaging.tracking_link', `${orgId}/${orderId}/${generation}`).subarray(0, TOKEN_BYTES).toString('base64url')
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

const Link = exactly({ order_id: Uuid })
const Opened = exactly({ order_id: Uuid, generation: Type.Integer() })

/** Opens an order's page, or answers that it is open. After it was closed, the new page has another address. */
const openLinkCommand = defineCommand({
  name: 'messaging.open_tracking_page',
  permission: 'messaging.send',
  summary: 'Open the public page of an order',
  input: Link,
  output: Opened,
  run: () => Promise.reject(new Error('runs through openTrackingPage, which makes the token')),
})

/** The address of an order's public page, opened when it is not yet. */
export async function openTrackingPage(system: System, ctx: Context, orderId: string): Promise<string> {
  const outside = outsideOf(system)
  const run = (commandRun: CommandRun, { order_id }: Static<typeof Link>) => openLink(commandRun, order_id, outside)
  const { generation } = await runCommand(system, ctx, { ...openLinkCommand, run }, { order_id: orderId })
  return `${outside.publicUrl}/t/${tokenOf(outside, ctx.orgId, orderId, generation)}`
}

async function openLink({ tx, ctx, now, emit }: CommandRun, orderId: string, outside: Outside): Promise<Static<typeof Opened>> {
  const first = hashOf(tokenOf(outside, ctx.orgId, orderId, 1))
  const { rows: inserted } = await sql`
    insert into messaging.tracking_link (org_id, order_id, generation, token_hash, created_at) values (${ctx.orgId}, ${orderId}, 1, ${first}, ${now})
    on conflict do nothing returning order_id`.execute(tx)
  const { rows } = await sql<{ generation: number; revoked_at: Date | null; token_hash: Buffer }>`
    select generation, revoked_at, token_hash from messaging.tracking_link where org_id = ${ctx.orgId} and order_id = ${orderId} for update`.execute(
    tx,
  )
  const generation = rows[0]?.revoked_at === null ? (rows[0]?.generation ?? 1) : (rows[0]?.generation ?? 0) + 1
  const hash = hashOf(tokenOf(outside, ctx.orgId, orderId, generation))
  // Another secret than the one it was opened under makes another token: the stored hash follows.
  const changed = inserted.length > 0 || rows[0]?.revoked_at !== null || !rows[0]?.token_hash.equals(hash)
  if (!changed) return { order_id: orderId, generation }
  await sql`update messaging.tracking_link set generation = ${generation}, token_hash = ${hash}, revoked_at = null where org_id = ${ctx.orgId} and order_id = ${orderId}`.execute(
    tx,
  )
  emit({ type: 'messaging.tracking_page_opened', documentType: 'order', documentId: orderId, payload: { generation } })
  return { order_id: orderId, generation }
}

/** Closes an order's page: the address answers no more, for ever. */
export const closeTrackingPage = defineCommand({
  name: 'messaging.close_tracking_page',
  permission: 'messaging.send',
  summary: 'Close the public page of an order',
  input: Link,
  output: exactly({ order_id: Uuid }),

  async run({ tx, ctx, now, emit }, { order_id }) {
    const { rows } = await sql`
      update messaging.tracking_link set revoked_at = ${now} where org_id = ${ctx.orgId} and order_id = ${order_id} and revoked_at is null returning order_id`.execute(
      tx,
    )
    if (rows.length > 0) emit({ type: 'messaging.tracking_page_closed', documentType: 'order', documentId: order_id, payload: {} })
    return { order_id }
  },
})

/** The order of a page's token; undefined for one that is unknown or closed. */
export async function findTrackedOrder(database: Database, token: string): Promise<{ orgId: number; orderId: string } | undefined> {
  if (!TOKEN.test(token)) return undefined
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<{ org_id: number; order_id: string }>`select org_id, order_id from messaging.find_tracking_link(${hashOf(token)})`.execute(tx),
  )
  return rows[0] === undefined ? undefined : { orgId: rows[0].org_id, orderId: rows[0].order_id }
}
