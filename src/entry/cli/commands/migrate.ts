import type { Command } from 'commander'
import { readConfig } from '../../../kernel/config.ts'
import { silentLog } from '../../../kernel/log.ts'
import { findDatabase } from '../../database-address.ts'
import { migrateAll } from '../../runtime.ts'
import { answer } from '../session.ts'

/** `tefter migrate` */
export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to the newest state')
    .option('--json', 'answer as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const address = await findDatabase(readConfig(process.env), silentLog, 'command')
      try {
        const applied = await migrateAll(address)
        answer(json, { applied }, applied.length === 0 ? 'The database is current.' : `Applied ${applied.join(', ')}.`)
      } finally {
        await address.embedded?.stop()
      }
    })
}
