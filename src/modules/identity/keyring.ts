import { sql } from 'kysely'
import type { OrgProfile } from '../../kernel/context.ts'
import { type Database, inGlobalTransaction, inTransaction, readOnly } from '../../kernel/database.ts'
import { hashApiKey, isApiKey } from './api-key.ts'
import { profileOf } from './organization.ts'
import { readOrganization } from './queries/get-organization.ts'
import { permissionsOfScopes } from './roles.ts'

/** A usable key and what it may. */
export interface KeyHolder {
  orgId: number
  org: OrgProfile
  keyId: string
  name: string
  permissions: ReadonlySet<string>
  expiresAt: Date | null
}

/** Longest time a revocation or new scope takes to reach another process. */
const CACHE_MS = 30_000
/** Bounds the memory that guesses can take. */
const MAX_CACHED = 10_000
/** A key's last use is written at most this often. */
const TOUCH_MS = 60_000

interface Cached<T> {
  until: number
  value: T
}

/** Looks up API keys and organizations' profiles, remembered for 30 seconds. One for each pool. */
export class Keyring {
  readonly #database: Database
  readonly #keys = new Map<string, Cached<KeyHolder | undefined>>()
  readonly #profiles = new Map<number, Cached<OrgProfile>>()
  readonly #touched = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  /** The holder of a key; undefined for one that is unknown, revoked or expired. `now` in ms. */
  async find(key: string, now: number): Promise<KeyHolder | undefined> {
    if (!isApiKey(key)) return undefined
    const hash = hashApiKey(key)
    const cacheKey = hash.toString('base64')
    const cached = this.#keys.get(cacheKey)
    const holder = cached !== undefined && cached.until > now ? cached.value : await this.#load(hash, cacheKey, now)
    if (holder === undefined || (holder.expiresAt !== null && holder.expiresAt.getTime() <= now)) return undefined
    this.#touch(holder, now)
    return holder
  }

  /** The profile of an organization. @throws `identity.not_found` */
  async profile(orgId: number, now: number): Promise<OrgProfile> {
    const cached = this.#profiles.get(orgId)
    if (cached !== undefined && cached.until > now) return cached.value
    const value = profileOf(await readOnly(this.#database, { orgId }, readOrganization))
    remember(this.#profiles, orgId, { until: now + CACHE_MS, value })
    return value
  }

  /** Forgets a key at once: it was revoked. */
  forgetKey(keyId: string): void {
    for (const [hash, { value }] of this.#keys) if (value?.keyId === keyId) this.#keys.delete(hash)
  }

  /** Forgets an organization's profile at once: it was changed. */
  forgetProfile(orgId: number): void {
    this.#profiles.delete(orgId)
    for (const [hash, { value }] of this.#keys) if (value?.orgId === orgId) this.#keys.delete(hash)
  }

  async #load(hash: Buffer, cacheKey: string, now: number): Promise<KeyHolder | undefined> {
    const { rows } = await inGlobalTransaction(this.#database, (tx) =>
      sql<{
        org_id: number
        id: string
        name: string
        scopes: string[]
        expires_at: Date | null
      }>`select * from identity.find_api_key(${hash})`.execute(tx),
    )
    const row = rows[0]
    const value = row && {
      orgId: row.org_id,
      org: await this.profile(row.org_id, now),
      keyId: row.id,
      name: row.name,
      permissions: permissionsOfScopes(row.scopes),
      expiresAt: row.expires_at,
    }
    remember(this.#keys, cacheKey, { until: now + CACHE_MS, value })
    return value
  }

  /** Writes the last use in the background; a failure only leaves an older time in the list. */
  #touch(holder: KeyHolder, now: number): void {
    if (now - (this.#touched.get(holder.keyId) ?? 0) < TOUCH_MS) return
    remember(this.#touched, holder.keyId, now)
    inTransaction(this.#database, holder.orgId, (tx) =>
      sql`update identity.api_key set last_used_at = ${new Date(now)} where org_id = ${holder.orgId} and id = ${holder.keyId}`.execute(tx),
    ).catch(() => undefined)
  }
}

/** Keeps a map bounded: the oldest entry leaves. */
function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key)
  if (map.size >= MAX_CACHED) map.delete(map.keys().next().value as K)
  map.set(key, value)
}

const keyrings = new WeakMap<Database, Keyring>()

/** The keyring of a pool. */
export function keyringOf(database: Database): Keyring {
  const known = keyrings.get(database)
  if (known !== undefined) return known
  const keyring = new Keyring(database)
  keyrings.set(database, keyring)
  return keyring
}
