import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { DomainError, invalidInput } from '../../kernel/errors.ts'
import { findItemsById, findItemsBySku, type ItemSummary, type KitComponent, loadKitComponents } from '../catalog/index.ts'
import { offerAvailable, promiseStock, takeHolds } from '../inventory/index.ts'
import { findPartiesById, upsertParties } from '../parties/index.ts'
import { planShipments } from '../warehouse/index.ts'
import { loadChannels } from './channel.repo.ts'
import { baseRate, channelOf, customerProblems, draftLines, intakeHash, type OrderDraft } from './draft-order.ts'
import { insertOrders } from './intake.repo.ts'
import type { OrderInput, TakenOrder } from './order-input.ts'
import { externalIdTaken, inFlight } from './orders.errors.ts'
import { planDrafts, promisesOf } from './plan-drafts.ts'
import { priceOrder } from './price-order.ts'
import { sourceDrafts } from './source-drafts.ts'

/**
 * Takes in orders, set-based: one transaction and a fixed number of statements, whatever the batch. Each order is priced, sourced
 * against what is available after those before it, promised or backordered, and gets planned shipments. The same order again
 * (channel and external id) is answered with the order it became; with other content it is refused.
 * Raises `orders.order_placed` (news: payments) per new order.
 */
export async function takeOrders(run: CommandRun, inputs: readonly OrderInput[]): Promise<Outcome<TakenOrder>[]> {
  const outcomes = new Map<number, Outcome<TakenOrder>>()
  const refuse = (index: number, error: unknown) => {
    if (!(error instanceof DomainError)) throw error
    outcomes.set(index, { ok: false, error })
  }
  const channels = await loadChannels(
    run.tx,
    run.ctx.orgId,
    inputs.map((input) => input.channel),
  )
  const hashes = inputs.map(intakeHash)
  const known = await claimExternalIds(run, inputs, channels)
  const firstOf = new Map<string, number>()
  const fresh: number[] = []
  for (const [index, input] of inputs.entries()) {
    const key = externalKey(input)
    const existing = key === null ? undefined : known.get(key)
    if (existing !== undefined) outcomes.set(index, replay(input, hashes[index], existing))
    else if (key === null || !firstOf.has(key)) {
      fresh.push(index)
      if (key !== null) firstOf.set(key, index)
    }
  }
  const drafts = await draftAll(
    run,
    fresh.map((index) => ({ index, input: inputs[index] as OrderInput, hash: hashes[index] ?? Buffer.alloc(0) })),
    channels,
    refuse,
  )
  const { taken, holds } = await sourceDrafts(run, drafts, refuse)
  await takeHolds(run, holds)
  const numbers = await write(run, taken)
  // What a checkout held beyond what it ordered is free for others.
  await offerAvailable(run, holds)
  for (const [index, draft] of taken)
    outcomes.set(index, {
      ok: true,
      value: {
        id: draft.id,
        number: numbers.get(draft.id) ?? 0,
        external_id: draft.input.external_id ?? null,
        status: 'accepted',
        held: draft.mismatch,
      },
    })
  return inputs.map((input, index) => {
    const first = firstOf.get(externalKey(input) ?? '') ?? index
    return outcomes.get(index) ?? sameAsEarlier(input, { hash: hashes[index], firstHash: hashes[first], outcome: outcomes.get(first) })
  })
}

function externalKey(input: OrderInput): string | null {
  return input.external_id === undefined ? null : `${input.channel}\n${input.external_id}`
}

interface KnownOrder {
  id: string
  number: number
  hash: Buffer
  held: boolean
  busy: boolean
}

function replay(input: OrderInput, hash: Buffer | undefined, existing: KnownOrder): Outcome<TakenOrder> {
  if (existing.busy) return { ok: false, error: inFlight(input.external_id ?? '') }
  if (hash === undefined || !existing.hash.equals(hash))
    return { ok: false, error: externalIdTaken(input.channel, input.external_id ?? '', existing.id) }
  return {
    ok: true,
    value: { id: existing.id, number: existing.number, external_id: input.external_id ?? null, status: 'replayed', held: existing.held },
  }
}

/** The same external id twice in one batch: the second is the first, or a conflict with it. */
function sameAsEarlier(
  input: OrderInput,
  { hash, firstHash, outcome }: { hash: Buffer | undefined; firstHash: Buffer | undefined; outcome: Outcome<TakenOrder> | undefined },
): Outcome<TakenOrder> {
  if (outcome === undefined || !outcome.ok) return outcome ?? { ok: false, error: inFlight(input.external_id ?? '') }
  if (!firstHash?.equals(hash ?? Buffer.alloc(0)))
    return { ok: false, error: externalIdTaken(input.channel, input.external_id ?? '', outcome.value.id) }
  return { ok: true, value: { ...outcome.value, status: 'replayed' } }
}

/**
 * Claims external ids for this transaction (advisory locks, sorted) and finds orders that already have one. An id that another
 * transaction is taking in right now is `busy`: it leaves the batch instead of stalling it.
 */
async function claimExternalIds(
  run: CommandRun,
  inputs: readonly OrderInput[],
  channels: ReadonlyMap<string, { id: string }>,
): Promise<Map<string, KnownOrder>> {
  const keys = [
    ...new Map(
      inputs.flatMap((input) => {
        const channel = channels.get(input.channel)
        const key = externalKey(input)
        return channel === undefined || key === null
          ? []
          : [[key, { key, channelId: channel.id, externalId: input.external_id ?? '' }] as const]
      }),
    ).values(),
  ].toSorted((a, b) => (a.key < b.key ? -1 : 1))
  if (keys.length === 0) return new Map()
  const source = rowsOf(keys, { key: 'text', channelId: 'uuid', externalId: 'text' }, 'k')
  const { rows: claims } = await sql<{ key: string; got: boolean }>`
    select k.key, pg_try_advisory_xact_lock(hashtextextended(k.channelId::text || k.externalId, ${run.ctx.orgId})) as got from ${source}`.execute(
    run.tx,
  )
  const busy = new Set(claims.filter((claim) => !claim.got).map((claim) => claim.key))
  const { rows } = await sql<{ key: string; id: string; number: number; hash: Buffer; held: boolean }>`
    select k.key, o.id, o.number, o.intake_hash as hash, o.hold_count > 0 as held from ${source}
      join orders.sales_order o on o.org_id = ${run.ctx.orgId} and o.channel_id = k.channelId and o.external_id = k.externalId`.execute(
    run.tx,
  )
  const known = new Map<string, KnownOrder>(rows.map((row) => [row.key, { ...row, busy: false }]))
  for (const key of busy) if (!known.has(key)) known.set(key, { id: '', number: 0, hash: Buffer.alloc(0), held: false, busy: true })
  return known
}

/** An order that is new, and its place in the batch. */
interface FreshOrder {
  index: number
  input: OrderInput
  hash: Buffer
}

async function draftAll(
  run: CommandRun,
  fresh: readonly FreshOrder[],
  channels: Awaited<ReturnType<typeof loadChannels>>,
  refuse: (index: number, error: unknown) => void,
): Promise<Map<number, OrderDraft>> {
  const { tx, ctx } = run
  const lines = fresh.flatMap(({ input }) => input.lines)
  const bySku = await findItemsBySku(
    tx,
    ctx.orgId,
    lines.flatMap((line) => (line.sku === undefined ? [] : [line.sku])),
  )
  const byId = await findItemsById(
    tx,
    ctx.orgId,
    lines.flatMap((line) => (line.item_id === undefined ? [] : [line.item_id])),
  )
  const kits = await loadKitComponents(
    tx,
    ctx.orgId,
    [...bySku.values(), ...byId.values()].filter((item) => item.kind === 'kit').map((item) => item.id),
  )
  const parties = await findPartiesById(
    tx,
    ctx.orgId,
    fresh.flatMap(({ input }) => input.customer?.party_id ?? []),
  )
  const book = priceBook(bySku, byId, kits)
  const drafts = new Map<number, OrderDraft>()
  for (const { index, input, hash } of fresh) {
    try {
      const channel = channelOf(input, channels)
      const problems = customerProblems(input, parties)
      if (problems.length > 0) throw invalidInput(problems)
      const priced = priceOrder(input, book)
      const now = input.placed_at === undefined ? run.now : new Date(input.placed_at)
      drafts.set(index, {
        id: run.newId(),
        input,
        hash,
        channel,
        priced,
        partyId: input.customer?.party_id ?? null,
        placedAt: now,
        priority: input.priority ?? 100,
        baseRatePpm: baseRate(input, ctx.org.baseCurrency),
        lines: draftLines(priced, run.newId),
        charges: priced.charges.map((charge) => ({ ...charge, id: run.newId() })),
        answer: null,
        mismatch: input.total !== undefined && input.total !== priced.total,
      })
    } catch (error) {
      refuse(index, error)
    }
  }
  await nameParties(run, [...drafts.values()])
  return drafts
}

function priceBook(
  bySku: ReadonlyMap<string, ItemSummary>,
  byId: ReadonlyMap<string, ItemSummary>,
  kits: ReadonlyMap<string, KitComponent[]>,
) {
  return {
    itemOf: (line: { sku?: string; item_id?: string }) => (line.sku === undefined ? byId.get(line.item_id ?? '') : bySku.get(line.sku)),
    componentsOf: (kitId: string) => kits.get(kitId) ?? [],
  }
}

/** Customers named by the channel's own id become parties, found or made. */
async function nameParties(run: CommandRun, drafts: readonly OrderDraft[]): Promise<void> {
  const named = drafts.flatMap((draft) => {
    const customer = draft.input.customer
    return customer?.external_id === undefined || customer.party_id !== undefined
      ? []
      : [
          {
            draft,
            party: {
              external_id: customer.external_id,
              name: customer.name ?? draft.input.ship_to.name,
              email: customer.email,
              phone: customer.phone,
              is_customer: true,
              tax_ids: customer.tax_ids ?? [],
            },
          },
        ]
  })
  const ids = await upsertParties(
    run.tx,
    run.ctx,
    named.map(({ party }) => party),
    run.now,
  )
  for (const { draft, party } of named) draft.partyId = ids.get(party.external_id) ?? null
}

async function write(run: CommandRun, taken: ReadonlyMap<number, OrderDraft>): Promise<Map<string, number>> {
  const drafts = [...taken.values()]
  if (drafts.length === 0) return new Map()
  const { reservations, backorders } = promisesOf(drafts)
  await promiseStock(run, reservations, backorders)
  const first = await takeNumbers(run.tx, run.ctx.orgId, 'order', drafts.length)
  const numbers = new Map(drafts.map((draft, index) => [draft.id, first + index]))
  await insertOrders(run, drafts, numbers)
  await planShipments(run, planDrafts(drafts, numbers))
  for (const draft of drafts) {
    run.emit({
      type: 'orders.order_placed',
      documentType: 'order',
      documentId: draft.id,
      payload: {
        number: numbers.get(draft.id),
        channel: draft.channel.code,
        external_id: draft.input.external_id ?? null,
        total: draft.priced.total,
        currency: draft.input.currency,
        lines: draft.priced.lines.length,
        missing: draft.answer?.missing.length ?? 0,
        held: draft.mismatch,
      },
      news: draft,
    })
  }
  return numbers
}
