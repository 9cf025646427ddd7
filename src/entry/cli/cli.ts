import { Command, CommanderError } from 'commander'
import { VERSION } from '../version.ts'
import { registerApiKey } from './commands/api-key.ts'
import { registerBench } from './commands/bench.ts'
import { registerBackup } from './commands/backup.ts'
import { registerDemo } from './commands/demo.ts'
import { registerExport } from './commands/export.ts'
import { registerImport } from './commands/import.ts'
import { registerMigrate } from './commands/migrate.ts'
import { registerOrg } from './commands/org.ts'
import { registerProve } from './commands/prove.ts'
import { registerStart } from './commands/start.ts'
import { registerUser } from './commands/user.ts'
import { registerVerify } from './commands/verify.ts'
import { EXIT_USAGE, reportFailure } from './failure.ts'

/** Runs the command line; answers the exit code: 0 good, 1 the answer is no, 2 wrong use, more in STYLE § 5. */
export async function runCli(argv: readonly string[]): Promise<number> {
  let code = 0
  const program = new Command('tefter')
    .description('The back office of a business that sells online.')
    .version(VERSION)
    .showHelpAfterError('(tefter --help shows how)')
    .exitOverride()
  const done = (exitCode: number): void => {
    code = exitCode
  }
  for (const register of [
    registerStart,
    registerMigrate,
    registerDemo,
    registerImport,
    registerExport,
    registerVerify,
    registerBackup,
    registerProve,
    registerUser,
    registerApiKey,
    registerOrg,
    registerBench,
  ])
    register(program, done)
  try {
    await program.parseAsync(argv as string[])
    return code
  } catch (error) {
    // Help and version end with 0; a misspelled option is wrong use.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
    return reportFailure(error, argv.includes('--json'))
  }
}
