import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { DomainError } from '../../../kernel/errors.ts'
import { listOrganizations } from '../../../modules/identity/index.ts'
import { buildDemo } from '../../demo-builder.ts'
import type { DemoSignIn } from '../../demo-contract.ts'
import type { Runtime } from '../../runtime.ts'
import { answer, withRuntime } from '../session.ts'

/** Days of business that the first start shows: enough to look around, and the sign-in page within a minute of the install. */
export const FIRST_DEMO_DAYS = 7

/** `tefter demo` */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description("build the demo business from a real shop's year")
    .option('--days <n>', 'the last so many days', String(FIRST_DEMO_DAYS))
    .option('--full', 'the whole year')
    .option('--json', 'answer as JSON')
    .action(async ({ days, full, json }: { days: string; full?: boolean; json?: boolean }) => {
      const count = full === true ? ('full' as const) : Number(days)
      if (count !== 'full' && !(Number.isInteger(count) && count >= 1 && count <= 400))
        throw new DomainError('invalid', 'cli.bad_days', `--days must be a whole number from 1 to 400, not "${days}".`)
      await withRuntime(async (runtime) => {
        const signIn = await buildDemoOnce(runtime, count, json !== true)
        answer(json, signIn, `The demo business is there. Sign in as ${signIn.email} with ${signIn.password}`)
      })
    })
}

/**
 * Builds the demo with a progress bar on standard error.
 *
 * @throws `cli.demo_exists` (conflict), `cli.no_demo` (unavailable)
 */
export async function buildDemoOnce(runtime: Runtime, days: number | 'full', withProgress: boolean): Promise<DemoSignIn> {
  if (buildDemo === undefined) throw new DomainError('unavailable', 'cli.no_demo', 'The demo is not part of this build.')
  const existing = await listOrganizations(runtime.system.database)
  if (existing.some(({ slug }) => slug.startsWith('demo')))
    throw new DomainError(
      'conflict',
      'cli.demo_exists',
      'The demo business is there already. For a new one start on an empty folder: TEFTER_DATA=./demo-data.',
    )
  const bar = new SingleBar({
    format: 'demo {bar} {percentage}% {what}',
    stream: process.stderr,
    noTTYOutput: false,
    clearOnComplete: true,
  })
  let begun = false
  const onProgress = (done: number, total: number, what: string): void => {
    if (!begun) bar.start(total, done, { what })
    begun = true
    bar.update(done, { what })
  }
  try {
    return await buildDemo(runtime, withProgress ? { days, onProgress } : { days })
  } finally {
    bar.stop()
  }
}
