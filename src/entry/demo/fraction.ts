/**
 * A number in [0, 1,000,000) that depends on nothing but the key: the demo is the same on every machine.
 * FNV-1a of the key, mixed once more (the finalizer of MurmurHash3), because FNV alone leaves keys with one differing digit close together.
 */
export function millionthOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % 1_000_000
}

/** An integer from `low` to `high`, both included, that depends on nothing but the key. */
export function pickInteger(key: string, low: number, high: number): number {
  return low + (millionthOf(key) % (high - low + 1))
}
