export interface Change {
  field: string
  before: string
  after: string
}

/** Fields an event changed, from a payload that carries `before` and `after`; others carry no such pair. */
export function beforeAfter(payload: unknown): Change[] {
  if (!isRecord(payload) || !('before' in payload) || !('after' in payload)) return []
  const { before, after } = payload
  if (!isRecord(before) || !isRecord(after)) return [{ field: 'value', before: textOf(before), after: textOf(after) }]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((field) => ({ field, before: textOf(before[field]), after: textOf(after[field]) }))
    .filter((change) => change.before !== change.after)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
