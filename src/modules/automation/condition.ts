import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'
import { minorUnitDigits } from '../../kernel/money.ts'
import { FIELD_TYPES, type FieldType } from './condition-fields.ts'
import { TRIGGERS, type TriggerId } from './trigger.ts'

/** Longest condition, in characters. */
export const MAX_CONDITION = 2000
const MAX_NODES = 400
const MAX_DEPTH = 40
/** Compiled conditions kept in memory. */
const MAX_KEPT = 1000

/** Why a condition cannot be asked, and where: offsets in characters, line and column counted from 1. */
export interface ConditionProblem {
  code: string
  message: string
  start: number
  end: number
  line: number
  column: number
}

/** A condition that was checked: answers whether it holds for given facts; throws what its evaluation throws. */
export type Condition = (facts: Readonly<Record<string, unknown>>) => boolean

/** A condition, or why it is none. */
export type CheckedCondition = { ok: true; condition: Condition } | { ok: false; problem: ConditionProblem }

const kept = new Map<string, CheckedCondition>()

/**
 * Reads and type-checks a condition in CEL (cel.dev) for a trigger's fields. It must answer a bool. `matches` is refused, because
 * regular expressions here have no time limit, and a macro inside another's body is, because the work would grow as the square of
 * an order's lines: what is left takes time in proportion to its length and the order's.
 */
export function checkCondition(trigger: TriggerId, text: string): CheckedCondition {
  const key = `${TRIGGERS[trigger].about}\n${text}`
  const known = kept.get(key)
  if (known !== undefined) return known
  const checked = compile(trigger, text)
  if (kept.size >= MAX_KEPT) kept.clear()
  kept.set(key, checked)
  return checked
}

function compile(trigger: TriggerId, text: string): CheckedCondition {
  const refuse = (
    code: string,
    message: string,
    range: { start: number; end: number } = { start: 0, end: text.length },
  ): CheckedCondition => ({
    ok: false,
    problem: { code, message, ...range, ...placeOf(text, range.start) },
  })
  if (text.trim() === '') return refuse('empty', 'The condition is empty; write true if the rule always applies')
  if (text.length > MAX_CONDITION)
    return refuse('too_long', `The condition has ${text.length} characters; at most ${MAX_CONDITION} are taken`)
  let parsed: ParseResult
  try {
    parsed = ENVIRONMENTS[TRIGGERS[trigger].about].parse(text)
  } catch (error) {
    return refuse(...described(error, text))
  }
  const forbidden = findForbidden(parsed.ast, false)
  if (forbidden !== null) return refuse(...forbidden)
  const check = parsed.check()
  if (!check.valid) return refuse(...described(check.error, text))
  if (check.type !== 'bool')
    return refuse('not_bool', `The condition must answer true or false; this one answers ${check.type ?? 'something else'}`)
  return { ok: true, condition: (facts) => parsed(toCel(facts) as Record<string, unknown>) === true }
}

interface Range {
  start: number
  end: number
}

function described(error: unknown, text: string): [string, string, Range] {
  const { code, summary, message, range } = error as { code?: string; summary?: string; message?: string; range?: Range }
  return [code ?? 'condition', summary ?? message ?? 'The condition cannot be read', range ?? { start: 0, end: text.length }]
}

function placeOf(text: string, start: number): { line: number; column: number } {
  const before = text.slice(0, start).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** The first use of something that a condition may not use, with its place. */
function findForbidden(node: unknown, insideMacro: boolean): [string, string, Range] | null {
  if (Array.isArray(node)) return firstOf(node, (one) => findForbidden(one, insideMacro))
  if (!isNode(node)) return null
  const args = node.args as unknown
  const name = Array.isArray(args) && typeof args[0] === 'string' ? args[0] : ''
  const range = { start: node.start, end: node.end }
  if ((node.op === 'rcall' || node.op === 'call') && name === 'matches')
    return ['matches', 'matches is not available here; use startsWith, endsWith, contains or in', range]
  if (node.op === 'rcall' && MACROS.has(name) && Array.isArray(args)) {
    if (insideMacro) return ['nested', `${name} stands inside another all, exists, map or filter; ask about one list at a time`, range]
    return findForbidden(args[1], insideMacro) ?? findForbidden(args[2], true)
  }
  return findForbidden(args, insideMacro)
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'start' in value
}

function firstOf<T>(list: readonly unknown[], find: (one: unknown) => T | null): T | null {
  for (const one of list) {
    const found = find(one)
    if (found !== null) return found
  }
  return null
}

/** Facts as CEL takes them: all our numbers are integers, which CEL holds as 64 bits. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value)
  if (Array.isArray(value)) return value.map(toCel)
  if (typeof value === 'object' && value !== null && !(value instanceof Date))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toCel(inner)]))
  return value
}

/** An amount in minor units from decimal text: `minor("499.90", "EUR")` is 49990. More decimals than the currency has are refused. */
export function minorOf(text: string, currency: string): bigint {
  const digits = minorUnitDigits(currency)
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(text)
  if (match === null) throw new Error(`minor("${text}"): write an amount such as "499.90"`)
  const decimals = match[3] ?? ''
  if (decimals.length > digits) throw new Error(`minor("${text}", "${currency}"): ${currency} has ${digits} decimals`)
  const amount = BigInt(`${match[2]}${decimals.padEnd(digits, '0')}`)
  return match[1] === '-' ? -amount : amount
}

function environmentOf(about: 'order' | 'shipment'): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_DEPTH, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 },
  })
  const celOf = (type: FieldType): string => (type === 'timestamp' ? 'google.protobuf.Timestamp' : type)
  const declare = (name: keyof typeof FIELD_TYPES): void => {
    const fields = Object.fromEntries(Object.entries(FIELD_TYPES[name]).map(([field, type]) => [field, celOf(type)]))
    environment.registerType(name, { fields })
  }
  declare('Line')
  declare('Customer')
  declare('Order')
  declare('Event')
  declare('Shipment')
  environment.registerVariable('order', 'Order')
  environment.registerVariable('event', 'Event')
  if (about === 'shipment') environment.registerVariable('shipment', 'Shipment')
  environment.registerFunction('minor(string, string): int', minorOf)
  environment.registerFunction('lower(string): string', (text: string) => text.toLowerCase())
  return environment
}

const ENVIRONMENTS = { order: environmentOf('order'), shipment: environmentOf('shipment') }
