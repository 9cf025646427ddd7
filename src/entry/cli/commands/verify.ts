import type { Command } from 'commander'
import { type Verification, verify } from '../../../modules/reports/index.ts'
import { answer, cliContext, type Done, withRuntime } from '../session.ts'

/** `tefter verify`: exit 1 when a number does not prove itself. */
export function registerVerify(program: Command, done: Done): void {
  program
    .command('verify')
    .description('recompute every derived number and name the first that disagrees')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(({ org, json }: { org?: string; json?: boolean }) =>
      withRuntime(async (runtime) => {
        const verification = await verify(runtime.system, await cliContext(runtime, org))
        answer(json, verification, describe(verification))
        done(verification.ok ? 0 : 1)
      }),
    )
}

function describe({ ok, checks }: Verification): string {
  const lines = checks.map((check) => {
    const verdict = check.empty ? 'empty' : check.ok ? 'ok' : 'FAULT'
    const proof = check.ok || check.empty ? '' : `\n      ${JSON.stringify(check.counterexample)}`
    return `${check.id.padEnd(4)} ${verdict.padEnd(5)} ${String(check.rows).padStart(10)} rows ${String(Math.round(check.ms)).padStart(7)} ms  ${check.sentence}${proof}`
  })
  return [...lines, ok ? 'All numbers prove themselves.' : 'Some numbers do not agree; the first counterexamples stand above.'].join('\n')
}
