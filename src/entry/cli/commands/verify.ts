import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { readOnly, type Tx } from '../../../kernel/database.ts'
import { parseSealHead, readSealHead, verifySealHead } from '../../../kernel/seal-head.ts'
import { allChecks, type Verification, verify } from '../../../modules/reports/index.ts'
import { answer, cliContext, type Done, withRuntime } from '../session.ts'

interface Options {
  org?: string
  json?: boolean
  since?: string
  saveHead?: string
}

/** `tefter verify`: exit 1 when a number does not prove itself. */
export function registerVerify(program: Command, done: Done): void {
  program
    .command('verify')
    .description('recompute every derived number and name the first that disagrees')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--since <head-file>', 'prove too that the hash chains still hold the heads in this file')
    .option('--save-head <head-file>', 'write the heads of the hash chains to a file, to be kept elsewhere')
    .option('--json', 'answer as JSON')
    .action(({ org, json, since, saveHead }: Options) =>
      withRuntime(async (runtime) => {
        const kept = since === undefined ? null : parseSealHead(await readFile(since, 'utf8'))
        const ctx = await cliContext(runtime, org)
        const checks = kept === null ? allChecks : [...allChecks, ({ tx }: { tx: Tx }) => verifySealHead(tx, ctx.orgId, kept)]
        const verification = await verify(runtime.system, ctx, checks)
        if (saveHead !== undefined && verification.ok) {
          const head = await readOnly(runtime.system.database, ctx, (tx) => readSealHead(tx, ctx.orgId, ctx.clock.now()))
          await writeFile(saveHead, `${JSON.stringify(head, null, 2)}\n`)
        }
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
