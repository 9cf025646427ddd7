import type { TSchema } from 'typebox'

interface SchemaShape {
  type?: string | string[]
  items?: TSchema
  anyOf?: TSchema[]
  const?: unknown
}

/**
 * Turns the text of a query parameter or an environment variable into what its schema asks for: an integer, a number,
 * `true`/`false`, or a list. Text that does not have the asked form stays text, so that the check of the schema names it.
 */
export function fromText(schema: TSchema | undefined, text: string | string[]): unknown {
  const shape = (schema ?? {}) as SchemaShape
  if (typesOf(shape).includes('array')) return [text].flat().map((entry) => fromText(shape.items, entry))
  if (Array.isArray(text)) return text
  return fromSingleText(typesOf(shape), text)
}

function fromSingleText(types: readonly string[], text: string): unknown {
  if (types.includes('integer') && /^-?\d{1,16}$/.test(text)) return Number(text)
  if (types.includes('number') && /^-?\d{1,16}(\.\d+)?$/.test(text)) return Number(text)
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** The JSON types a schema allows; a union allows those of its members. */
function typesOf(shape: SchemaShape): string[] {
  const own = [shape.type ?? []].flat()
  return [...own, ...(shape.anyOf ?? []).flatMap((member) => typesOf(member as SchemaShape))]
}
