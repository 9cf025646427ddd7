import { createHash, randomBytes } from 'node:crypto'
import { type Static, Type } from 'typebox'

/** Marks a text as a key of ours, so that secret scanners know it. */
const PREFIX = 'tef_'
const SECRET_BYTES = 32
const HINT_LENGTH = 10

/** An API key as the API shows it: never the key itself, only its first characters. */
export const ApiKey = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  hint: Type.String(),
  scopes: Type.Array(Type.String()),
  created_at: Type.String({ format: 'date-time' }),
  expires_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  revoked_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  last_used_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
})
export type ApiKey = Static<typeof ApiKey>

/** A new key: 256 random bits behind the prefix. Its hash is all that is kept. */
export function generateApiKey(): { key: string; hash: Buffer; hint: string } {
  const key = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`
  return { key, hash: hashApiKey(key), hint: key.slice(0, HINT_LENGTH) }
}

/** SHA-256 of a key: it has full entropy, so no salt or slow hash is needed. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Whether a bearer token has the form of our keys. */
export function isApiKey(token: string): boolean {
  return /^tef_[A-Za-z0-9_-]{43}$/.test(token)
}
