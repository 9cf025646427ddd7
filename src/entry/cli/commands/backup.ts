import type { Command } from 'commander'
import { writeBackup } from '../../../kernel/backup.ts'
import { type Config, readConfig } from '../../../kernel/config.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { silentLog } from '../../../kernel/log.ts'
import { readBackup } from '../../../kernel/restore-backup.ts'
import { listOrganizations } from '../../../modules/identity/index.ts'
import { findDatabase } from '../../database-address.ts'
import { VERSION } from '../../version.ts'
import { answer, withRuntime } from '../session.ts'

/** `tefter backup <file>` and `tefter restore <file>`, of the embedded PostgreSQL. */
export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('write everything to one file while work goes on (embedded PostgreSQL)')
    .argument('<file>', 'a new file; it holds passwords, keep it safe')
    .option('--json', 'answer as JSON')
    .action(backUp)
  program
    .command('restore')
    .description('restore a backup into an empty data folder (TEFTER_DATA)')
    .argument('<file>', 'what "tefter backup" wrote')
    .option('--json', 'answer as JSON')
    .action(restore)
}

async function backUp(file: string, { json }: { json?: boolean }): Promise<void> {
  const config = embeddedConfig()
  const { embedded } = await findDatabase(config, silentLog, 'command')
  if (embedded === undefined) return
  try {
    const head = { format: 1 as const, made_at: new Date().toISOString(), version: VERSION }
    const made = await writeBackup({ dataDir: config.TEFTER_DATA, port: embedded.port }, file, head)
    answer(
      json,
      { ...made, made_at: head.made_at },
      `Wrote ${made.file} (${(made.bytes / 1_000_000).toFixed(1)} MB). It holds passwords: keep it safe.`,
    )
  } finally {
    await embedded.stop()
  }
}

async function restore(file: string, { json }: { json?: boolean }): Promise<void> {
  const { TEFTER_DATA: folder } = embeddedConfig()
  const head = await readBackup(file, folder)
  // The first start replays the log; a backup that does not start is none.
  const organizations = await withRuntime((runtime) => listOrganizations(runtime.system.database))
  answer(
    json,
    { folder, made_at: head.made_at, version: head.version, organizations: organizations.length },
    `Restored the backup of ${head.made_at} into ${folder}: ${organizations.length} organizations. Prove it with "tefter verify".`,
  )
}

/** @throws `cli.not_embedded` (rule) when a database of one's own is set */
function embeddedConfig(): Config {
  const config = readConfig(process.env)
  if (config.DATABASE_URL === undefined) return config
  throw new DomainError(
    'rule',
    'cli.not_embedded',
    'DATABASE_URL names a PostgreSQL of your own: back it up with its own means, as docs/guides/backup.md says. Unset it for the embedded one.',
  )
}
