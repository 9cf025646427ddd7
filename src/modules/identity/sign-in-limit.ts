import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, inGlobalTransaction } from '../../kernel/database.ts'

/**
 * Wrong passwords that one account takes, by where they come from. A stranger can lock out their own network only: a browser that signed
 * in to the account before has a count of its own (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). `anywhere` bounds
 * many networks that guess together (NIST SP 800-63B § 5.2.2: at most 100) and leaves known browsers alone.
 */
export const SIGN_IN_LIMITS = {
  place: { failures: 10, minutes: 15 },
  anywhere: { failures: 100, minutes: 60 },
} as const

/** Where an attempt comes from: a known browser by its id, else a network. */
export interface SignInOrigin {
  address: string
  browser: string | undefined
}

/** The account's key in counts: e-mails that belong to nobody are counted too, and are nobody's to read. */
function accountOf(email: string): Buffer {
  return createHash('sha256').update(email.toLowerCase()).digest()
}

/** One household or office: an IPv4 address, or the /64 of an IPv6 address, which one caller has whole. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('%')[0]?.split('::') ?? []
  const front = head.split(':').filter(Boolean)
  const back = tail?.split(':').filter(Boolean) ?? []
  const groups = tail === undefined ? front : [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back]
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/**
 * Counts an attempt before its password is looked at, so that attempts at once are bounded too.
 * Answers the seconds to wait when there were too many; 0 when it may go on.
 */
export async function beginAttempt(database: Database, email: string, { address, browser }: SignInOrigin): Promise<number> {
  const account = accountOf(email)
  const places =
    browser === undefined
      ? ([
          [`network ${networkOf(address)}`.slice(0, 100), SIGN_IN_LIMITS.place],
          ['anywhere', SIGN_IN_LIMITS.anywhere],
        ] as const)
      : ([[`browser ${browser}`.slice(0, 100), SIGN_IN_LIMITS.place]] as const)
  const waits = await inGlobalTransaction(database, async (tx) => {
    const found: number[] = []
    for (const [place, limit] of places) {
      // oxlint-disable-next-line no-await-in-loop -- two at most; a refused network does not use up what other networks have
      const wait = await count(tx, { account, place, limit })
      found.push(wait)
      if (wait > 0) break
    }
    return found
  })
  return Math.max(...waits)
}

/** Forgets an account's failures: its password was right, or is new. */
export async function forgetFailures(tx: Parameters<Parameters<typeof inGlobalTransaction>[1]>[0], email: string): Promise<void> {
  await sql`delete from auth.failed_sign_in where account = ${accountOf(email)}`.execute(tx)
}

async function count(
  tx: Parameters<Parameters<typeof inGlobalTransaction>[1]>[0],
  { account, place, limit }: { account: Buffer; place: string; limit: { failures: number; minutes: number } },
): Promise<number> {
  const { rows } = await sql<{ failures: number; wait: number }>`
    insert into auth.failed_sign_in as f (account, place, failures, ends_at)
    values (${account}, ${place}, 1, now() + make_interval(mins => ${limit.minutes}))
    on conflict (account, place) do update set
      failures = case when f.ends_at <= now() then 1 else least(f.failures + 1, 1000000) end,
      ends_at = case when f.ends_at <= now() then excluded.ends_at else f.ends_at end
    returning failures, ceil(extract(epoch from ends_at - now()))::int as wait`.execute(tx)
  const row = rows[0]
  return row !== undefined && row.failures > limit.failures ? Math.max(row.wait, 1) : 0
}
