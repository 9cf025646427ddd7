import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** A document's id on the wire. */
export const Uuid = Type.String({ format: 'uuid' })

/** An instant on the wire: ISO 8601 with an offset or Z. */
export const Instant = Type.String({ format: 'date-time' })

/** Version of a document, for edits that must not overwrite another's: `If-Match` fills it. */
export const ExpectedVersion = Type.Optional(Type.Integer({ minimum: 1 }))

/** The same schema, null allowed: in an edit, null empties the field. Only for schemas of one plain type. */
export function nullable<S extends TSchema>(schema: S): ReturnType<typeof Type.Unsafe<Static<S> | null>> {
  const { type, ...rest } = schema as unknown as { type: string }
  return Type.Unsafe<Static<S> | null>({ ...rest, type: [type, 'null'] })
}

/** An object that takes no other fields than these. */
export function exactly<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false })
}
