import { type Static, Type } from 'typebox'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { ImportProblem } from '../import-report.ts'

/** Sheets of an opening, in the order in which they are written. */
export const OPENING_PARTS = ['items', 'customers', 'stock', 'orders'] as const
export type OpeningPart = (typeof OPENING_PARTS)[number]

const Count = Type.Integer({ minimum: 0, maximum: 1e15 })

/** Totals of an opening. Units are in base units (millesimal items count their thousandths); amounts in minor units of the base currency. */
export const OpeningTotals = exactly({
  items: Count,
  customers: Count,
  stock_units: Count,
  stock_value: Count,
  open_orders: Count,
  open_orders_total: Count,
})
export type OpeningTotals = Static<typeof OpeningTotals>

/** A fault with the sheet it stands in. */
export const OpeningProblem = exactly({ part: Type.Enum([...OPENING_PARTS]), ...ImportProblem.properties })
export type OpeningProblem = Static<typeof OpeningProblem>

/** An opening as the API shows it. */
export const Opening = exactly({
  id: Uuid,
  status: Type.Enum(['loaded', 'accepted', 'discarded']),
  file_name: Type.String(),
  parts: Type.Array(Type.Enum([...OPENING_PARTS])),
  computed: nullable(OpeningTotals),
  stated: nullable(Type.Partial(OpeningTotals)),
  problems: Type.Array(OpeningProblem),
  problem_count: Type.Integer(),
  created_at: Type.String(),
  accepted_at: nullable(Type.String()),
})
export type Opening = Static<typeof Opening>
