import type { CheckResult } from '../../kernel/verify.ts'

/** Makes one result of several parts with the same id: rows and times add up, the first counterexample counts; in order V1, V2 … */
export function mergeChecks(parts: readonly CheckResult[]): CheckResult[] {
  const merged = [...Map.groupBy(parts, (part) => part.id).values()].map(mergeParts)
  return merged.toSorted((a, b) => numberOf(a) - numberOf(b))
}

function mergeParts(parts: readonly CheckResult[]): CheckResult {
  const counterexample = parts.find((part) => part.counterexample !== null)?.counterexample ?? null
  const empty = parts.every((part) => part.empty)
  const detail = parts.some((part) => part.detail !== undefined)
    ? (Object.assign({}, ...parts.map((part) => part.detail ?? {})) as Record<string, unknown>)
    : undefined
  return {
    id: parts[0]?.id ?? '',
    sentence: [...new Set(parts.map((part) => part.sentence))].join(' '),
    ok: !empty && parts.every((part) => part.ok || part.empty),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    empty,
    ms: parts.reduce((sum, part) => sum + part.ms, 0),
    counterexample,
    ...(detail === undefined ? {} : { detail }),
  }
}

function numberOf(check: CheckResult): number {
  return Number(check.id.slice(1))
}
