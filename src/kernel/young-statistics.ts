import { type Kysely, sql } from 'kysely'

/**
 * Keeps the planner's statistics of young tables fresh. A plan that PostgreSQL caches while a table is almost empty (those of
 * foreign-key checks above all) reads all of it, and stays until the first ANALYZE, which autovacuum may start a minute later:
 * intake was seen to fall to a fifth of its rate within 2,000 orders. So the first commits of a process, at every doubling of
 * their number, ask for ANALYZE of tables that have doubled since the last one; without such tables that is one look at the catalog.
 */
export function keepStatisticsYoung<T>(database: { kysely: Kysely<T>; role: string | null }): { wrote(): void } {
  let commits = 0
  let next = 2
  let running = false
  const refresh = async () => {
    running = true
    // A refresh that fails (no connection, another one at it) is made up for by the next; nothing depends on it but speed.
    await database.kysely
      .transaction()
      .execute(async (tx) => {
        if (database.role !== null) await sql`select set_config('role', ${database.role}, true)`.execute(tx)
        await sql`select kernel.refresh_statistics()`.execute(tx)
      })
      .catch(() => undefined)
    running = false
  }
  return {
    wrote() {
      commits += 1
      if (commits < next || running) return
      next = commits * 2
      void refresh()
    },
  }
}
