import { type Fields, partOf, sameValue } from './view-fields.ts'

/** Why neither side can be taken without a person. */
export type ConflictCause = 'both_changed' | 'picked' | 'shipped' | 'shipped_elsewhere' | 'not_open' | 'own_lines' | 'tax' | 'refused'

export interface Conflict {
  path: string
  cause: ConflictCause
  /** Whether the channel's side can still be taken by a person; else ours stays, and goods or money go their own way. */
  can_take: boolean
  /** What the order said when the channel's side was tried. */
  message?: string
}

/** Goods of a line that have moved on. Kits by kits. */
export interface LineFacts {
  /** Sent, by us or by the channel. */
  shipped: number
  picked: number
}

/** Our side: the order's fields now, as the last merge left them, and what of it has moved on. */
export interface OurSide {
  fields: Fields
  /** Other ways to say a field of ours: a price by unit where the line's amount says another average. */
  also: Fields
  /** Null: the order was never merged. */
  asMerged: Fields | null
  /** Whether anybody changed the order since it was taken in; asked only where it was never merged. */
  wasChanged: boolean
  state: string
  lines: ReadonlyMap<string, LineFacts>
  /** The channel ships its orders itself: what it says was shipped is booked without asking. */
  booksElsewhere: boolean
  /** Lines that the channel does not know are open. */
  hasOwnLines: boolean
}

export interface Merge {
  /** Fields to take from the channel. */
  take: string[]
  conflicts: Conflict[]
}

/** Fields that are only told, never taken. */
const TOLD: ReadonlySet<string> = new Set(['shipped'])
/** Fields that a done or canceled order still takes. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set(['bill_to', 'note', 'customer_name', 'customer_email', 'customer_phone'])

/**
 * Merges three ways, field by field: what only they changed is taken, what only we changed is kept, what both changed the same way is
 * agreed. Both changed differently, or theirs touches what is picked or shipped: a conflict. Without a base (the order came another way)
 * an order that nobody changed takes theirs, a changed one asks.
 */
export function mergeView(base: Fields | null, theirs: Fields, ours: OurSide): Merge {
  const merge: Merge = { take: [], conflicts: [] }
  for (const path of Object.keys(theirs)) {
    const said = theirs[path]
    if (!theyChanged(path, base, theirs, ours) || agrees(path, said, ours)) continue
    const cause = weChanged(path, base, ours) ? 'both_changed' : null
    const blocked = blockedBy(path, said, ours)
    if (blocked !== null) merge.conflicts.push({ path, ...blocked })
    else if (cause !== null) merge.conflicts.push({ path, cause, can_take: true })
    else merge.take.push(path)
  }
  return merge
}

function theyChanged(path: string, base: Fields | null, theirs: Fields, ours: OurSide): boolean {
  if (base === null) return !sameValue(theirs[path], ours.fields[path])
  // A field that was never said before counts as changed only where it differs from what we have.
  return path in base ? !sameValue(theirs[path], base[path]) : !agrees(path, theirs[path], ours)
}

/** Whether we changed a field since the last merge. */
export function weChanged(path: string, base: Fields | null, ours: OurSide): boolean {
  if (ours.asMerged === null) return base === null && ours.wasChanged
  return !sameValue(ours.fields[path], ours.asMerged[path])
}

function agrees(path: string, said: unknown, ours: OurSide): boolean {
  const part = partOf(path)
  const isNothing = part !== null && (said === 0 || said === undefined) && ours.fields[path] === undefined
  if (isNothing || sameValue(said, ours.fields[path]) || (path in ours.also && sameValue(said, ours.also[path]))) return true
  // Less told than we shipped is news that is on its way.
  return part !== null && TOLD.has(part.field) && part.kind === 'lines' && Number(said) <= (ours.lines.get(part.key)?.shipped ?? 0)
}

function blockedBy(path: string, said: unknown, ours: OurSide): Omit<Conflict, 'path'> | null {
  const part = partOf(path)
  if (part?.kind === 'lines' && part.field === 'shipped') {
    // Goods of ours that are picked for it are a person's to put back.
    const unasked = ours.booksElsewhere && ours.state === 'open' && (ours.lines.get(part.key)?.picked ?? 0) === 0
    return unasked ? null : { cause: 'shipped_elsewhere', can_take: ours.state === 'open' }
  }
  if (ours.state !== 'open' && !ALWAYS_OPEN.has(path)) return { cause: ours.state === 'done' ? 'shipped' : 'not_open', can_take: false }
  if (path === 'status') return said === 'canceled' ? cancelBlocked(ours) : null
  if (part?.kind !== 'lines') return null
  const facts = ours.lines.get(part.key) ?? { shipped: 0, picked: 0 }
  if (part.field === 'tax_rate') return ours.fields[path] === undefined ? null : { cause: 'tax', can_take: false }
  const left = part.field === 'quantity' ? Number(said) : ['sku', 'item'].includes(part.field) ? 0 : null
  if (left !== null && left < facts.shipped) return { cause: 'shipped', can_take: false }
  if (left !== null && left < facts.shipped + facts.picked) return { cause: 'picked', can_take: true }
  if (left === null && facts.shipped > 0) return { cause: 'shipped', can_take: false }
  return null
}

function cancelBlocked(ours: OurSide): Omit<Conflict, 'path'> | null {
  const facts = [...ours.lines.values()]
  if (facts.some((line) => line.shipped > 0)) return { cause: 'shipped', can_take: true }
  if (facts.some((line) => line.picked > 0)) return { cause: 'picked', can_take: true }
  return ours.hasOwnLines ? { cause: 'own_lines', can_take: true } : null
}

/**
 * Our fields as the next merge compares them: as they are now, but where our own edit stands beside the channel's, as they were before
 * it — so that it stays known as ours.
 */
export function advanceOurs(
  before: OurSide,
  now: OurSide,
  { base, theirs, taken }: { base: Fields | null; theirs: Fields; taken: ReadonlySet<string> },
): Fields {
  return Object.fromEntries(
    Object.entries(now.fields).flatMap(([path, value]): [string, unknown][] => {
      const isOwnEdit =
        path in before.fields && weChanged(path, base, before) && !taken.has(path) && !(path in theirs && agrees(path, theirs[path], now))
      if (!isOwnEdit) return [[path, value]]
      return before.asMerged !== null && path in before.asMerged ? [[path, before.asMerged[path]]] : []
    }),
  )
}

/** The merge of a view that waits: what the order refused when it was tried is still disputed. */
export function withRefused(merge: Merge, tried: readonly Conflict[]): Merge {
  const refused = tried.filter((conflict) => conflict.cause === 'refused' && merge.take.includes(conflict.path))
  const paths = new Set(refused.map((conflict) => conflict.path))
  return { take: merge.take.filter((path) => !paths.has(path)), conflicts: [...merge.conflicts, ...refused] }
}

/** Fields that a refusal is about, by the first part of the pointers it names; all when it names none of them. */
export function refusedPaths(paths: readonly string[], pointers: readonly string[]): readonly string[] {
  const parts = new Set(pointers.map((pointer) => pointer.split('/')[1]?.replace('add_lines', 'lines')))
  const named = paths.filter((path) => parts.has(path.split('/')[0]))
  return named.length === 0 ? paths : named
}
