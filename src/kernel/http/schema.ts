import type { TSchema } from 'typebox'

/** Properties of an object schema; a union's members count together. */
export function propertiesOf(schema: TSchema | null): Readonly<Record<string, TSchema>> {
  const shape = schema as { properties?: Record<string, TSchema>; anyOf?: TSchema[]; allOf?: TSchema[] } | null
  if (shape === null) return {}
  const members = [...(shape.anyOf ?? []), ...(shape.allOf ?? [])].map((member) => propertiesOf(member))
  return Object.assign({}, ...members, shape.properties ?? {}) as Record<string, TSchema>
}
