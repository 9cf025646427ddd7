/** What one check of `tefter verify` found. A room exports its checks; `reports` runs them all. */
export interface CheckResult {
  /** `V1` … `V12` of the model. */
  id: string
  /** What must hold, in one sentence. */
  sentence: string
  /** Something was looked at and all of it held. */
  ok: boolean
  /** Rows looked at. */
  rows: number
  /** Nothing was looked at: not a fault, and not a proof either. */
  empty: boolean
  ms: number
  /** The first row that disagrees, with both numbers; null when none does. */
  counterexample: Record<string, unknown> | null
  /** What a reader needs besides, such as the tail that is not sealed yet. */
  detail?: Record<string, unknown>
}

/** What a check's own work answers; {@link runCheck} adds the rest. */
export interface CheckFinding {
  rows: number
  counterexample: Record<string, unknown> | null
  detail?: Record<string, unknown>
}

/** Runs one check and times it. `ok` needs rows that were looked at and no counterexample. */
export async function runCheck(id: string, sentence: string, look: () => Promise<CheckFinding>): Promise<CheckResult> {
  const startedAt = performance.now()
  const { rows, counterexample, detail } = await look()
  const empty = rows === 0 && counterexample === null
  return {
    id,
    sentence,
    ok: counterexample === null && !empty,
    rows,
    empty,
    ms: Math.round(performance.now() - startedAt),
    counterexample,
    ...(detail === undefined ? {} : { detail }),
  }
}
