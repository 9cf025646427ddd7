/** A JSON schema as the API's description has it: only what the description uses. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  format?: string
  additionalProperties?: boolean | Schema
  $ref?: string
}

/** Numbers from a seed, the same on every run (mulberry32, public domain by Tommy Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Texts that have broken programs: SQL, markup, templates, paths, control characters, lone surrogates, text that only looks equal. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  "'; drop table orders.sales_order; --",
  '" or 1=1 --',
  '%_%',
  '\u0000',
  'a\u0000b',
  '\uD800',
  'x\uDFFF',
  '\u202Egnp.exe',
  'ſ\u0130ß\u0149',
  'Ž'.normalize('NFD'),
  '👩‍👩‍👧‍👦',
  '<script>alert(1)</script>',
  '{{constructor.constructor("return 1")()}}',
  '${jndi:ldap://x}',
  '../../../../etc/passwd',
  '=cmd|"/c calc"!A1',
  '9'.repeat(400),
  'x'.repeat(70_000),
  'NaN',
  '-0',
  '1e400',
  '2026-02-30T25:61:00Z',
  '0000-00-00',
  '00000000-0000-0000-0000-000000000000',
  '\\',
  '\r\nSet-Cookie: a=b',
]

const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 2,
  -Number.MAX_SAFE_INTEGER,
  2 ** 31,
  2 ** 63,
  1e308,
  [],
  {},
  [[[[[[[[[[[]]]]]]]]]]],
  { __proto__: null, constructor: { prototype: { admin: true } } },
]

export interface Source {
  random: () => number
  /** Ids and codes that exist, so that requests get past the first look. */
  ids: readonly string[]
  codes: readonly string[]
  resolve: (reference: string) => Schema
}

export function pick<T>(source: Pick<Source, 'random'>, list: readonly T[]): T | undefined {
  return list[Math.floor(source.random() * list.length)]
}

/** A value for a schema: mostly as it asks for, at its edges, or something else altogether with the given probability at each place. */
export function valueFor(schema: Schema, source: Source, hostility: number, depth = 0): unknown {
  if (schema.$ref !== undefined) return valueFor(source.resolve(schema.$ref), source, hostility, depth)
  if (source.random() < hostility) return source.random() < 0.5 ? pick(source, HOSTILE_TEXTS) : pick(source, HOSTILE_VALUES)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return pick(source, schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return valueFor(pick(source, choices) ?? {}, source, hostility, depth)
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((part) => valueFor(part, source, hostility, depth))) as unknown
  return valueOfType(schema, source, hostility, depth)
}

function valueOfType(schema: Schema, source: Source, hostility: number, depth: number): unknown {
  const type = Array.isArray(schema.type) ? pick(source, schema.type) : schema.type
  switch (type) {
    case 'object':
      return objectFor(schema, source, hostility, depth)
    case 'array': {
      const count = Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, Math.floor(source.random() * 3)))
      return Array.from({ length: count }, () => valueFor(schema.items ?? {}, source, hostility, depth + 1))
    }
    case 'integer':
    case 'number':
      return numberFor(schema, source)
    case 'boolean':
      return source.random() < 0.5
    case 'null':
      return null
    case 'string':
      return textFor(schema, source)
    default:
      return pick(source, ['x', 1, null, {}])
  }
}

function objectFor(schema: Schema, source: Source, hostility: number, depth: number): Record<string, unknown> {
  const required = new Set(schema.required)
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name]) => (required.has(name) ? source.random() >= hostility / 2 : source.random() < (depth < 3 ? 0.5 : 0.2)))
    .map(([name, property]): [string, unknown] => [name, valueFor(property, source, hostility, depth + 1)])
  if (source.random() < hostility / 2) entries.push(['not_a_field', pick(source, HOSTILE_VALUES)])
  return Object.fromEntries(entries)
}

function numberFor(schema: Schema, source: Source): number {
  const least = schema.minimum ?? -1_000_000
  const most = schema.maximum ?? 1_000_000_000_000
  const edges = [least, most, 1, 2, 3, 5, 10, 100, 1999].filter((value) => value >= least && value <= most)
  return pick(source, edges) ?? least
}

function textFor(schema: Schema, source: Source): string {
  if (schema.format === 'uuid' || /\[0-9a-f\].*-/i.test(schema.pattern ?? '')) return pick(source, source.ids) ?? ''
  if (schema.format === 'date-time')
    return pick(source, ['2026-03-01T10:00:00Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z', new Date().toISOString()]) ?? ''
  if (schema.format === 'date') return pick(source, ['2026-03-01', '1970-01-01', '9999-12-31']) ?? ''
  if (/\[A-Z\]\{3\}/.test(schema.pattern ?? '')) return pick(source, ['EUR', 'RSD', 'XXX', 'JPY']) ?? ''
  if (/\[A-Z\]\{2\}/.test(schema.pattern ?? '')) return pick(source, ['RS', 'DE', 'ZZ']) ?? ''
  const text = pick(source, [...source.codes, 'A', 'new', 'Ana Petrović', 'x@example.com', '1']) ?? ''
  return text.padEnd(Math.min(schema.minLength ?? 0, 200), 'x').slice(0, schema.maxLength ?? 200)
}
