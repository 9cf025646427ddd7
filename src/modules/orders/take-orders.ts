import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { moveCounters } from '../../kernel/counter.ts'
import { DomainError, invalidInput } from '../../kernel/errors.ts'
import { arrayText, type Part, safeInteger, sendTogether } from '../../kernel/statement.ts'
import { findOrderedItems, type OrderedItems } from '../catalog/index.ts'
import { noteWaiting, offerAvailable, promiseLater, takeHolds } from '../inventory/index.ts'
import { findPartiesById, upsertParties } from '../parties/index.ts'
import { planLater } from '../warehouse/index.ts'
import { findChannels, type IntakeChannel } from './channel.repo.ts'
import { baseRate, channelOf, customerProblems, draftLines, intakeHash, type OrderDraft } from './draft-order.ts'
import { writeOrdersLater } from './intake.repo.ts'
import type { OrderInput, TakenOrder } from './order-input.ts'
import { externalIdTaken, inFlight } from './orders.errors.ts'
import { planDrafts, promisesOf } from './plan-drafts.ts'
import { priceOrder } from './price-order.ts'
import { type SourcedDrafts, sourceDrafts } from './source-drafts.ts'

/**
 * Takes in orders, set-based: one transaction and a fixed number of statements, whatever the batch. Each order is priced, sourced
 * against what is available after those before it, promised or backordered, and gets planned shipments. The same order again
 * (channel and external id) is answered with the order it became; with other content it is refused.
 * Raises `orders.order_placed` (news: payments) per new order.
 */
export async function takeOrders(run: CommandRun, inputs: readonly OrderInput[]): Promise<Outcome<TakenOrder>[]> {
  const outcomes = await takeOrdersLater(run, inputs)
  await run.flush()
  return outcomes
}

/** As {@link takeOrders}; what it writes is left for the end of the command, to be sent in one statement with its events. */
export async function takeOrdersLater(run: CommandRun, inputs: readonly OrderInput[]): Promise<Outcome<TakenOrder>[]> {
  const outcomes = new Map<number, Outcome<TakenOrder>>()
  const refuse = (index: number, error: unknown) => {
    if (!(error instanceof DomainError)) throw error
    outcomes.set(index, { ok: false, error })
  }
  const hashes = inputs.map(intakeHash)
  const ground = await readGround(run, inputs)
  const firstOf = new Map<string, number>()
  const fresh: FreshOrder[] = []
  for (const [index, input] of inputs.entries()) {
    const key = externalKey(input)
    const existing = key === null ? undefined : ground.known.get(key)
    if (existing !== undefined) outcomes.set(index, replay(input, hashes[index], existing))
    else if (key === null || !firstOf.has(key)) {
      fresh.push({ index, input, hash: hashes[index] ?? Buffer.alloc(0) })
      if (key !== null) firstOf.set(key, index)
    }
  }
  const drafts = draftAll(run, fresh, ground, refuse)
  await nameParties(run, [...drafts.values()])
  const { taken, holds, last } = await sourceDrafts(run, drafts, refuse)
  await takeHolds(run, holds)
  const numbers = await write(run, taken, last)
  // What a checkout held beyond what it ordered is free for others.
  if (holds.length > 0) await run.flush()
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

/** What a batch is decided on before anything is locked: orders that are known already, channels, items, parties. */
interface Ground {
  known: ReadonlyMap<string, KnownOrder>
  channels: ReadonlyMap<string, IntakeChannel>
  items: OrderedItems
  parties: ReadonlyMap<string, unknown>
}

/** Claims the orders' external ids and reads what they name, in one statement. */
async function readGround(run: CommandRun, inputs: readonly OrderInput[]): Promise<Ground> {
  const { tx, ctx } = run
  const lines = inputs.flatMap((input) => input.lines)
  const { known, channels, items } = await sendTogether(tx, {
    known: claimExternalIds(ctx.orgId, inputs),
    channels: findChannels(
      ctx.orgId,
      inputs.map((input) => input.channel),
    ),
    items: findOrderedItems(
      ctx.orgId,
      lines.flatMap((line) => line.sku ?? []),
      lines.flatMap((line) => line.item_id ?? []),
    ),
    rules: run.foresee('orders.order_placed'),
  })
  const parties = await findPartiesById(
    tx,
    ctx.orgId,
    inputs.flatMap((input) => input.customer?.party_id ?? []),
  )
  return { known, channels, items, parties }
}

/**
 * Claims external ids for this transaction (advisory locks, sorted) and finds orders that already have one. An id that another
 * transaction is taking in right now is `busy`: it leaves the batch instead of stalling it.
 */
function claimExternalIds(orgId: number, inputs: readonly OrderInput[]): Part<Map<string, KnownOrder>> {
  const keys = [
    ...new Map(
      inputs.flatMap(({ channel, external_id: externalId }) =>
        externalId === undefined ? [] : [[`${channel}\n${externalId}`, { channel, externalId }] as const],
      ),
    ),
  ].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    call: sql`orders.claim_orders(${orgId}::integer, ${arrayText(keys.map(([, { channel }]) => channel))}::text[],
      ${arrayText(keys.map(([, { externalId }]) => externalId))}::text[])`,
    read: (answer) =>
      new Map(
        ((answer ?? []) as [number, string | null, number, string, boolean][]).map(([place, id, number, hash, held]) => [
          keys[place - 1]?.[0] ?? '',
          id === null
            ? { id: '', number: 0, hash: Buffer.alloc(0), held: false, busy: true }
            : { id, number: safeInteger(number), hash: Buffer.from(hash, 'hex'), held, busy: false },
        ]),
      ),
  }
}

/** An order that is new, and its place in the batch. */
interface FreshOrder {
  index: number
  input: OrderInput
  hash: Buffer
}

function draftAll(
  run: CommandRun,
  fresh: readonly FreshOrder[],
  { items, channels, parties }: Ground,
  refuse: (index: number, error: unknown) => void,
): Map<number, OrderDraft> {
  const book = {
    itemOf: (line: OrderInput['lines'][number]) =>
      line.sku === undefined ? items.byId.get(line.item_id ?? '') : items.bySku.get(line.sku),
    componentsOf: (kitId: string) => items.kits.get(kitId) ?? [],
  }
  const drafts = new Map<number, OrderDraft>()
  for (const { index, input, hash } of fresh) {
    try {
      const channel = channelOf(input, channels)
      const problems = customerProblems(input, parties)
      if (problems.length > 0) throw invalidInput(problems)
      const priced = priceOrder(input, book)
      drafts.set(index, {
        id: run.newId(),
        input,
        hash,
        channel,
        priced,
        partyId: input.customer?.party_id ?? null,
        placedAt: input.placed_at === undefined ? run.now : new Date(input.placed_at),
        priority: input.priority ?? 100,
        baseRatePpm: baseRate(input, run.ctx.org.baseCurrency),
        lines: draftLines(priced, run.newId),
        charges: priced.charges.map((charge) => ({ ...charge, id: run.newId() })),
        answer: null,
        mismatch: input.total !== undefined && input.total !== priced.total,
      })
    } catch (error) {
      refuse(index, error)
    }
  }
  return drafts
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

/** Leaves all that the orders are to be written; numbers go on from the last ones taken. */
async function write(run: CommandRun, taken: ReadonlyMap<number, OrderDraft>, last: SourcedDrafts['last']): Promise<Map<string, number>> {
  const drafts = [...taken.values()]
  if (drafts.length === 0) return new Map()
  const { reservations, backorders } = promisesOf(drafts)
  promiseLater(run, reservations, backorders)
  const numbers = new Map(drafts.map((draft, index) => [draft.id, last.order + 1 + index]))
  writeOrdersLater(run, drafts, numbers)
  const planned = planLater(run, planDrafts(drafts, numbers), last.shipment + 1)
  run.later(moveCounters(run.ctx.orgId, { order: last.order + drafts.length, shipment: last.shipment + planned.length }))
  if (backorders.length > 0) {
    await run.flush()
    await noteWaiting(
      run,
      backorders.map((backorder) => backorder.itemId),
    )
  }
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
