import { Type } from 'typebox'
import { exactly } from '../../kernel/schema.ts'

/** Money on the wire: minor units and currency. */
export const Money = exactly({ amount: Type.Integer(), currency: Type.String() })

/** A calendar day, YYYY-MM-DD. */
export const CalendarDay = Type.String({ format: 'date' })
