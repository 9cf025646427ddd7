import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'

// Runs the property tests again and again, each time from a random seed, for ten minutes (or the minutes given), and stops at the first
// failure with the seed that repeats it: `npm run soak`, `npm run soak -- 60`.

const minutes = Number(process.argv[2] ?? '10')
if (!(minutes > 0)) throw new Error(`Say how many minutes, not "${process.argv[2]}"`)
const end = Date.now() + minutes * 60_000

/** One round of all property tests; the exit code. */
function round(seed: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['vitest', 'run', '--project', 'unit', '.property.test.ts', 'test/concurrency'], {
      stdio: 'inherit',
      env: { ...process.env, TEFTER_SEED: String(seed), TEFTER_RUNS: process.env['TEFTER_RUNS'] ?? '2' },
    })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

let rounds = 0
while (Date.now() < end) {
  const seed = randomInt(2 ** 31)
  process.stdout.write(`Round ${rounds + 1}, seed ${seed}\n`)
  // oxlint-disable-next-line no-await-in-loop -- one round after another
  const code = await round(seed)
  if (code !== 0) {
    process.stdout.write(`Failed. Repeat it with TEFTER_SEED=${seed} TEFTER_RUNS=${process.env['TEFTER_RUNS'] ?? '2'}\n`)
    process.exit(1)
  }
  rounds += 1
}
process.stdout.write(`${rounds} rounds in ${minutes} minutes, no counterexample\n`)
