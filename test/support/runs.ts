/**
 * How often a property test runs and from which seed: `TEFTER_RUNS` times its own count (1 without it), and the fixed seed 42 unless
 * `TEFTER_SEED` names another. `npm run soak` draws seeds at random and prints the one that failed.
 */
export function runs(count: number): { numRuns: number; seed: number } {
  const factor = Number(process.env['TEFTER_RUNS'] ?? '1')
  const seed = Number(process.env['TEFTER_SEED'] ?? '42')
  if (!(factor > 0)) throw new Error(`TEFTER_RUNS must be a number above 0, not "${process.env['TEFTER_RUNS']}"`)
  if (!Number.isSafeInteger(seed)) throw new Error(`TEFTER_SEED must be a whole number, not "${process.env['TEFTER_SEED']}"`)
  return { numRuns: Math.max(1, Math.round(count * factor)), seed }
}
