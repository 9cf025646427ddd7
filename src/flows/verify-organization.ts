import type { Context } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { System } from '../kernel/runner.ts'

/** The outcome of `tefter verify` (MODEL, Proof). */
export interface Verification {
  ok: boolean
  started_at: string
  finished_at: string
  checks: readonly { id: string; sentence: string; ok: boolean; rows: number; empty: boolean; ms: number; counterexample: unknown }[]
}

/** Proves an organization's numbers and stores the outcome. */
export function verifyOrganization(_system: System, _ctx: Context): Promise<Verification> {
  return Promise.reject(new DomainError('unavailable', 'reports.not_built', 'Verification is not part of this build.'))
}
