/** What the API's answers are made of: amounts in minor units, pages of lists, what may be done. */
export interface Money {
  amount: number
  currency: string
}

export interface Page<Row> {
  data: Row[]
  next_cursor: string | null
}

export interface AllowedAction {
  action: string
  allowed: boolean
  reason?: string | null
}
