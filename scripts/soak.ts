import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine, type KillNote, type Round, writeReport } from './soak-report.ts'

// Runs the property and concurrency tests again and again, each time from a random seed, and beside them kills server and PostgreSQL again
// and again under mixed load, and writes a report: `npm run soak`, `npm run soak -- 60`, `npm run soak -- 10 --kills 20 --report docs/soak.md`.
// Zero minutes or zero kills leave a part out. The rounds end at the first failure, with the seed that repeats it in the report.

const options = readOptions(process.argv.slice(2))
const notes = mkdtempSync(join(tmpdir(), 'tefter-soak-'))
const machine = describeMachine()
const startedAt = new Date()
const [{ rounds, failure }, crash] = await Promise.all([runRounds(), options.kills > 0 ? runKills() : undefined])
const failed = failure ?? crash?.failure
const report = { machine, startedAt, endedAt: new Date(), minutes: options.minutes, rounds, crash, failure: failed }
if (options.report !== undefined) writeReport(options.report, report)
rmSync(notes, { recursive: true, force: true })
process.stdout.write(failed === undefined ? `${rounds.length} rounds, no counterexample\n` : `${failed}\n`)
process.exit(failed === undefined ? 0 : 1)

interface Options {
  minutes: number
  kills: number
  report: string | undefined
}

function readOptions(args: readonly string[]): Options {
  const valueOf = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  const first = args[0]
  const minutes = Number(first === undefined || first.startsWith('--') ? '10' : first)
  const kills = Number(valueOf('--kills') ?? '20')
  if (!(minutes >= 0)) throw new Error(`Say how many minutes, not "${first}"`)
  if (!Number.isSafeInteger(kills) || kills < 0) throw new Error(`--kills is how often each is killed, not "${valueOf('--kills')}"`)
  return { minutes, kills, report: valueOf('--report') }
}

/** One run of vitest: its exit code and what it found. */
async function runTests(what: { project: string; files: readonly string[]; env: Record<string, string>; name: string }): Promise<Round> {
  const file = join(notes, `${what.name}.json`)
  const args = [
    'vitest',
    'run',
    '--project',
    what.project,
    ...what.files,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]
  const begun = Date.now()
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn('npx', args, { stdio: 'inherit', env: { ...process.env, ...what.env } })
    child.once('error', reject)
    child.once('exit', (exit) => resolve(exit ?? 1))
  })
  const found = JSON.parse(readFileSync(file, 'utf8')) as { numPassedTests: number; numTotalTests: number }
  return {
    name: what.name,
    passed: found.numPassedTests,
    total: found.numTotalTests,
    seconds: Math.round((Date.now() - begun) / 1000),
    code,
  }
}

async function runRounds(): Promise<{ rounds: Round[]; failure?: string }> {
  const runs = process.env['TEFTER_RUNS'] ?? '1'
  const end = Date.now() + options.minutes * 60_000
  const done: Round[] = []
  while (Date.now() < end) {
    const seed = randomInt(2 ** 31)
    process.stdout.write(`Round ${done.length + 1}, seed ${seed}\n`)
    const env = { TEFTER_SEED: String(seed), TEFTER_RUNS: runs }
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    const round = await runTests({ project: 'unit', files: ['.property.test.ts', 'test/concurrency'], env, name: String(seed) })
    done.push(round)
    if (round.code !== 0)
      return {
        rounds: done,
        failure: `A round failed. Repeat it with TEFTER_SEED=${seed} TEFTER_RUNS=${runs} npx vitest run --project unit`,
      }
  }
  return { rounds: done }
}

async function runKills(): Promise<{ round: Round; kills: KillNote[]; failure?: string }> {
  const file = join(notes, 'kills')
  writeFileSync(file, '')
  const env = { TEFTER_TEST_KILLS: String(options.kills), TEFTER_SOAK_NOTES: file }
  const round = await runTests({ project: 'crash', files: ['test/crash/kill'], env, name: 'crash' })
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const kills = lines.map((line) => JSON.parse(line) as KillNote)
  return round.code === 0 ? { round, kills } : { round, kills, failure: 'A crash test failed; its output says which.' }
}
