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
  orders?: string
  data?: string
  only?: string
}

/**
 * `tefter bench`: measures this machine, in a process of its own and on a database of its own.
 * @throws `cli.no_bench` where the folder bench was not installed
 */
export function registerBench(program: Command, done: Done): void {
  program
    .command('bench')
    .description('measure Tefter against bare SQL that writes or reads the same rows')
    .option('--quick', 'under five minutes, without the large business')
    .option('--json', 'answer as JSON')
    .option('--orders <count>', 'orders of the large business (default: 1000000)')
    .option('--data <folder>', 'where the large business is built once and kept (default: TEFTER_BENCH_DATA, else in the temporary folder)')
    .option('--only <parts>', 'some of intake, ship, import, install, grown, lists, verify, with commas')
    .action(async ({ quick, json, ...given }: Options) => {
      if (!existsSync(BENCH))
        throw new DomainError('not_found', 'cli.no_bench', 'This installation has no folder "bench"; it comes with the source.')
      const named = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)])
      const args = [...(quick === true ? ['--quick'] : []), ...(json === true ? ['--json'] : []), ...named]
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
