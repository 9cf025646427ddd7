import pg from 'pg'

/**
 * One connection per process that says who uses the embedded server.
 *
 * The locks live in PostgreSQL and end with the connection, so a process that was killed leaves none behind:
 * - `users`, shared: everybody who uses the server. Who can take it alone is the last and turns off the light.
 * - `server`, exclusive: the one Tefter server of the data folder, which also supervises PostgreSQL.
 *
 * Session locks are fine here and only here: nobody puts a pooler before the embedded server.
 */
export interface Guard {
  readonly client: pg.Client
  readonly lost: Promise<void>
}

/** "teft" as a number, to keep apart from other advisory locks of two keys. */
const LOCK_CLASS = 0x74656674
const LOCK = { users: 1, server: 2 } as const

const SERVER_NAME = /^tefter server (\d+)(?: (\S+))?$/

/** Opens the connection and enters as a user of the server. Waits while the last user is turning it off. */
export async function openGuard(ownerUrl: string): Promise<Guard> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: `tefter ${process.pid}`, keepAlive: true })
  const lost = new Promise<void>((resolve) => {
    client.once('end', resolve)
    // The error that comes with a lost connection; `end` follows it.
    client.on('error', () => undefined)
  })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_CLASS, LOCK.users])
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
  return { client, lost }
}

/**
 * Becomes the one server of the data folder; `false` when there is one already. It takes its name first, so that
 * whoever is refused a moment later can read it.
 */
export async function claimServer(guard: Guard): Promise<boolean> {
  await nameServer(guard, undefined)
  const { rows } = await guard.client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [LOCK_CLASS, LOCK.server])
  return rows[0]?.taken === true
}

/** Says under which address the server answers, for those who are refused. */
export async function nameServer({ client }: Guard, address: string | undefined): Promise<void> {
  const name = ['tefter server', process.pid, address].filter((part) => part !== undefined).join(' ')
  await client.query("select set_config('application_name', $1, false)", [name])
}

/** Who holds the server's place, as far as it can be told. */
export async function findServer({ client }: Guard): Promise<{ pid: number; address: string | undefined } | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid::bigint = $1 and l.objid::bigint = $2`,
    [LOCK_CLASS, LOCK.server],
  )
  const match = SERVER_NAME.exec(rows[0]?.name ?? '')
  return match === null ? undefined : { pid: Number(match[1]), address: match[2] }
}

/** Leaves, and answers whether nobody else uses the server: then the caller stops it. */
export async function leave({ client }: Guard): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_CLASS, LOCK.users])
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1, $2) as alone', [LOCK_CLASS, LOCK.users])
  return rows[0]?.alone === true
}
