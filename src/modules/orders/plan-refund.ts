import { allocate, mulDivFloor } from '../../kernel/money.ts'
import { keptOf, type SliceState, takeAmount, takeUnits } from './slice-state.ts'

/** What a refund is asked for; amounts in minor units of the order currency, tax included. */
export interface RefundRequest {
  lines: readonly RefundLineRequest[]
  charges: readonly { chargeId: string; amount?: number }[]
  /** A free amount, for no line or charge in particular. */
  amount: number
}

export interface RefundLineRequest {
  lineId: string
  quantity?: number
  amount?: number
  /**
   * `back`: for units that came back; `expected`: before they come back; `kept`: the customer keeps them (the price is lowered).
   * Without it: units that came back and were not refunded yet first, the rest is kept.
   */
  goods?: 'back' | 'expected' | 'kept'
  /** What is kept of it as restocking fee; without it, `feePpm` millionths of the money, rounded down. */
  fee?: number
  feePpm: number
  reason: string
}

/** What is known of an order's money when a refund is planned. */
export interface RefundFacts {
  /** Shipped slices with what was taken back, latest last. Changed in place by planning. */
  slices: SliceState[]
  /** Returned slices by line in the order they came. */
  returned: ReadonlyMap<string, readonly { quantity: number; gross: number; tax: number }[]>
  /** Units of each line refunded so far that were not price reductions. */
  refundedUnits: ReadonlyMap<string, number>
  /** What we owe the customer beyond what is still to be shipped. */
  credit: number
  captured: number
  refunded: number
}

export interface RefundPart {
  lineId: string | null
  chargeId: string | null
  quantity: number | null
  amount: number
  tax: number
  reason: string
  basis: 'back' | 'expected' | 'kept' | 'charge' | 'credit' | 'reduction' | 'uncovered'
}

/** Revenue that a refund lowers, or a fee it earns. */
export interface RefundSlice {
  kind: 'reduced' | 'fee'
  slice: SliceState | null
  lineId: string | null
  chargeId: string | null
  quantity: number | null
  gross: number
  tax: number
  discount: number
}

export interface RefundPlan {
  amount: number
  parts: RefundPart[]
  slices: RefundSlice[]
  fee: number
  feeTax: number
  reduced: number
  reducedTax: number
  /** Paid back beyond what was taken: the order will be held. */
  overCaptured: number
}

/** Why a part of a request cannot be planned: place of the line or charge, and what is left. */
export interface RefundProblem {
  pointer: string
  code: 'not_back' | 'more_than_kept' | 'fee_too_high' | 'unknown_line' | 'unknown_charge' | 'nothing_asked'
  available: number
}

/**
 * Plans a refund: what is paid back for what, which revenue it lowers and which fee it earns. Units that came back cost no revenue
 * (their return took it back); units and charges that are kept lower revenue by their part of the frozen money, latest sale first; a free
 * amount first pays back what we owe, and lowers all sales in proportion with the rest. Pure, except that states are used up.
 */
export function planRefund(facts: RefundFacts, request: RefundRequest): RefundPlan | RefundProblem {
  const plan: RefundPlan = { amount: 0, parts: [], slices: [], fee: 0, feeTax: 0, reduced: 0, reducedTax: 0, overCaptured: 0 }
  const used = new Map(facts.refundedUnits)
  for (const [index, line] of request.lines.entries()) {
    const problem = planLine(facts, plan, line, { index, used })
    if (problem !== null) return problem
  }
  for (const [index, charge] of request.charges.entries()) {
    const problem = planCharge(facts, plan, charge, index)
    if (problem !== null) return problem
  }
  if (request.amount > 0) planFree(facts, plan, request.amount)
  plan.amount = plan.parts.reduce((sum, part) => sum + part.amount, 0) - plan.fee
  const reduced = plan.slices.filter((slice) => slice.kind === 'reduced')
  plan.reduced = reduced.reduce((sum, slice) => sum + slice.gross, 0)
  plan.reducedTax = reduced.reduce((sum, slice) => sum + slice.tax, 0)
  plan.overCaptured = Math.max(0, facts.refunded + plan.amount - facts.captured)
  return plan
}

function planLine(
  facts: RefundFacts,
  plan: RefundPlan,
  line: RefundLineRequest,
  { index, used }: { index: number; used: Map<string, number> },
): RefundProblem | null {
  const pointer = `/lines/${index}`
  const own = facts.slices.filter((slice) => slice.lineId === line.lineId).toReversed()
  if (own.length === 0) return { pointer: `${pointer}/line_id`, code: 'unknown_line', available: 0 }
  const before = plan.parts.length
  if (line.quantity === undefined) {
    const problem = reduceByAmount(plan, own, line, pointer)
    if (problem !== null) return problem
  } else {
    const returned = facts.returned.get(line.lineId) ?? []
    const taken = used.get(line.lineId) ?? 0
    const back = Math.max(0, returned.reduce((sum, slice) => sum + slice.quantity, 0) - taken)
    const units = line.goods === 'kept' || line.goods === 'expected' ? 0 : Math.min(line.quantity, back)
    if (line.goods === 'back' && line.quantity > back) return { pointer: `${pointer}/quantity`, code: 'not_back', available: back }
    if (units > 0) plan.parts.push(backPart(line, returned, taken, units))
    const rest = line.quantity - units
    const ahead = Math.max(0, taken - returned.reduce((sum, slice) => sum + slice.quantity, 0))
    const problem =
      rest === 0
        ? null
        : line.goods === 'expected'
          ? expect(plan, own, line, { rest, ahead, pointer })
          : keep(plan, own, line, { rest, pointer })
    if (problem !== null) return problem
    used.set(line.lineId, taken + units + (line.goods === 'expected' ? rest : 0))
  }
  return planFee(plan, line, plan.parts.slice(before), pointer)
}

/** Money of returned units from place `from` on, by the returned slices in the order they came. */
function backPart(
  line: RefundLineRequest,
  returned: readonly { quantity: number; gross: number; tax: number }[],
  from: number,
  units: number,
): RefundPart {
  let [place, amount, tax] = [0, 0, 0]
  for (const slice of returned) {
    const start = Math.min(slice.quantity, Math.max(0, from - place))
    const end = Math.min(slice.quantity, Math.max(0, from + units - place))
    amount += mulDivFloor(slice.gross, end, slice.quantity) - mulDivFloor(slice.gross, start, slice.quantity)
    tax += mulDivFloor(slice.tax, end, slice.quantity) - mulDivFloor(slice.tax, start, slice.quantity)
    place += slice.quantity
  }
  return { lineId: line.lineId, chargeId: null, quantity: units, amount, tax, reason: line.reason, basis: 'back' }
}

/** Units refunded before they come back: what their return will take back, after those already refunded ahead. */
function expect(
  plan: RefundPlan,
  own: readonly SliceState[],
  line: RefundLineRequest,
  { rest, ahead, pointer }: { rest: number; ahead: number; pointer: string },
): RefundProblem | null {
  const copies = own.map((slice) => ({ ...slice }))
  const take = (units: number) => {
    let [left, gross, tax] = [units, 0, 0]
    for (const slice of copies) {
      const taken = takeUnits(slice, left)
      left -= taken.quantity
      gross += taken.gross
      tax += taken.tax
    }
    return { left, gross, tax }
  }
  const available = copies.reduce((sum, slice) => sum + keptOf(slice).units, 0) - ahead
  take(ahead)
  const { left, gross, tax } = take(rest)
  if (left > 0) return { pointer: `${pointer}/quantity`, code: 'more_than_kept', available: Math.max(0, available) }
  plan.parts.push({ lineId: line.lineId, chargeId: null, quantity: rest, amount: gross, tax, reason: line.reason, basis: 'expected' })
  return null
}

/** Units that the customer keeps: their revenue is lowered, latest sale first. */
function keep(
  plan: RefundPlan,
  own: readonly SliceState[],
  line: RefundLineRequest,
  { rest, pointer }: { rest: number; pointer: string },
): RefundProblem | null {
  const available = own.reduce((sum, slice) => sum + keptOf(slice).units, 0)
  if (rest > available) return { pointer: `${pointer}/quantity`, code: 'more_than_kept', available }
  let left = rest
  for (const slice of own) {
    const taken = takeUnits(slice, left)
    if (taken.quantity === 0) continue
    left -= taken.quantity
    plan.slices.push({ kind: 'reduced', slice, lineId: line.lineId, chargeId: null, ...taken })
    plan.parts.push({
      lineId: line.lineId,
      chargeId: null,
      quantity: taken.quantity,
      amount: taken.gross,
      tax: taken.tax,
      reason: line.reason,
      basis: 'kept',
    })
  }
  return null
}

/** A part of a line's price, no units: revenue is lowered, latest sale first. */
function reduceByAmount(plan: RefundPlan, own: readonly SliceState[], line: RefundLineRequest, pointer: string): RefundProblem | null {
  const wanted = line.amount ?? 0
  const available = own.reduce((sum, slice) => sum + keptOf(slice).gross, 0)
  if (wanted === 0) return { pointer, code: 'nothing_asked', available }
  if (wanted > available) return { pointer: `${pointer}/amount`, code: 'more_than_kept', available }
  let left = wanted
  for (const slice of own) {
    const { gross, tax } = takeAmount(slice, left)
    if (gross === 0) continue
    left -= gross
    plan.slices.push({ kind: 'reduced', slice, lineId: line.lineId, chargeId: null, quantity: null, gross, tax, discount: 0 })
    plan.parts.push({ lineId: line.lineId, chargeId: null, quantity: null, amount: gross, tax, reason: line.reason, basis: 'kept' })
  }
  return null
}

function planCharge(
  facts: RefundFacts,
  plan: RefundPlan,
  charge: { chargeId: string; amount?: number },
  index: number,
): RefundProblem | null {
  const slice = facts.slices.find((one) => one.chargeId === charge.chargeId)
  const pointer = `/charges/${index}`
  if (slice === undefined) return { pointer: `${pointer}/charge_id`, code: 'unknown_charge', available: 0 }
  const available = keptOf(slice).gross
  const wanted = charge.amount ?? available
  if (wanted > available || wanted <= 0) return { pointer: `${pointer}/amount`, code: 'more_than_kept', available }
  const { gross, tax } = takeAmount(slice, wanted)
  plan.slices.push({ kind: 'reduced', slice, lineId: null, chargeId: charge.chargeId, quantity: null, gross, tax, discount: 0 })
  plan.parts.push({ lineId: null, chargeId: charge.chargeId, quantity: null, amount: gross, tax, reason: '', basis: 'charge' })
  return null
}

/** A free amount: what we owe first, then all sales in proportion to what is left of them, the rest uncovered (for a person to see). */
function planFree(facts: RefundFacts, plan: RefundPlan, amount: number): void {
  const owedBefore = plan.parts.filter((part) => part.basis === 'back').reduce((sum, part) => sum + part.amount, 0)
  const credit = Math.min(amount, Math.max(0, facts.credit - owedBefore))
  const none = { lineId: null, chargeId: null, quantity: null, tax: 0, reason: '' }
  if (credit > 0) plan.parts.push({ ...none, amount: credit, basis: 'credit' })
  const kept = facts.slices.map((slice) => Math.max(0, keptOf(slice).gross))
  const reducible = Math.min(
    amount - credit,
    kept.reduce((sum, gross) => sum + gross, 0),
  )
  const shares = allocate(reducible, kept)
  for (const [index, slice] of facts.slices.entries()) {
    const { gross, tax } = takeAmount(slice, shares[index] ?? 0)
    if (gross === 0) continue
    const of = { lineId: slice.lineId, chargeId: slice.chargeId, quantity: null }
    plan.slices.push({ kind: 'reduced', slice, ...of, gross, tax, discount: 0 })
    plan.parts.push({ ...of, amount: gross, tax, reason: '', basis: 'reduction' })
  }
  const uncovered = amount - credit - reducible
  if (uncovered > 0) plan.parts.push({ ...none, amount: uncovered, basis: 'uncovered' })
}

/** A fee is a smaller reduction of the price: it keeps the tax rate of the goods it is kept from, tax rounded down. */
function planFee(plan: RefundPlan, line: RefundLineRequest, parts: readonly RefundPart[], pointer: string): RefundProblem | null {
  const amount = parts.reduce((sum, part) => sum + part.amount, 0)
  const tax = parts.reduce((sum, part) => sum + part.tax, 0)
  const fee = line.fee ?? mulDivFloor(amount, line.feePpm, 1_000_000)
  if (fee > amount) return { pointer: `${pointer}/restocking_fee`, code: 'fee_too_high', available: amount }
  if (fee === 0) return null
  const feeTax = mulDivFloor(tax, fee, amount)
  plan.fee += fee
  plan.feeTax += feeTax
  plan.slices.push({
    kind: 'fee',
    slice: null,
    lineId: line.lineId,
    chargeId: null,
    quantity: null,
    gross: fee,
    tax: feeTax,
    discount: 0,
  })
  return null
}
