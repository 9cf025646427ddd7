import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { DomainError } from '../../../kernel/errors.ts'
import type { Done } from '../session.ts'

const BENCH = join(import.meta.dirname, '..', '..', '..', '..', 'bench', 'main.ts')

interface Options {
  quick?: boolean
  json?: boolean
}

/**
 * `tefter bench`: measures this machine, in a process of its own and on a database of its own.
 * @throws `cli.no_bench` where the folder bench was not installed
 */
export function registerBench(program: Command, done: Done): void {
  program
    .command('bench')
    .description('measure Tefter against bare SQL that writes the same rows, in a temporary folder')
    .option('--quick', 'under five minutes, smaller data')
    .option('--json', 'answer as JSON')
    .action(async ({ quick, json }: Options) => {
      if (!existsSync(BENCH))
        throw new DomainError('not_found', 'cli.no_bench', 'This installation has no folder "bench"; it comes with the source.')
      const args = [...(quick === true ? ['--quick'] : []), ...(json === true ? ['--json'] : [])]
      done(await runBench(args))
    })
}

function runBench(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BENCH, ...args], { stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
