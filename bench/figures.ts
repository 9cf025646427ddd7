/** Whether a figure holds: `undecided` when the goal lies inside the spread. */
export type Holds = 'yes' | 'no' | 'undecided'

/** One line of the table: a rate or time, what it is compared with in the same rounds, and what it ought to be. */
export interface Figure {
  name: string
  /** Median over the rounds. */
  value: number
  unit: string
  /** Median of what it is compared with, in the same unit; null where nothing is compared. */
  baseline: number | null
  /** Median over the rounds of value ÷ baseline. */
  ratio: number | null
  /** First and third quartile of the ratio (of the value, where nothing is compared). */
  spread: [number, number]
  /** Such as `>= 2` or `<= 1`, said of the ratio (of the value, where nothing is compared); null where it is only reported. */
  goal: string | null
  holds: Holds | null
}

/** What is compared: one measured value and its baseline a round. */
export interface Compared {
  name: string
  unit: string
  values: readonly number[]
  baselines?: readonly number[]
  goal?: { atLeast: number } | { atMost: number }
}

/** A quantile by linear interpolation between order statistics (Hyndman and Fan, type 7). */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * part
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Makes a figure of what the rounds measured: ratios are taken inside each round, then their median. */
export function figureOf({ name, unit, values, baselines, goal }: Compared): Figure {
  const judged = baselines === undefined ? values : values.map((value, round) => value / (baselines[round] ?? Number.NaN))
  const spread: [number, number] = [quantile(judged, 0.25), quantile(judged, 0.75)]
  return {
    name,
    value: median(values),
    unit,
    baseline: baselines === undefined ? null : median(baselines),
    ratio: baselines === undefined ? null : median(judged),
    spread,
    goal: goal === undefined ? null : 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`,
    holds: goal === undefined ? null : judge(spread, goal),
  }
}

function judge([low, high]: [number, number], goal: { atLeast: number } | { atMost: number }): Holds {
  const limit = 'atLeast' in goal ? goal.atLeast : goal.atMost
  if (low < limit && limit < high) return 'undecided'
  return ('atLeast' in goal ? low >= limit : high <= limit) ? 'yes' : 'no'
}

/** The figures as a table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${said(figure.value)} ${figure.unit}`,
    figure.baseline === null ? '' : said(figure.baseline),
    figure.ratio === null ? '' : said(figure.ratio),
    `${said(figure.spread[0])} … ${said(figure.spread[1])}`,
    figure.goal ?? '',
    figure.holds ?? '',
  ])
  const table = [['figure', 'value', 'baseline', 'ratio', 'spread', 'goal', 'holds'], ...rows]
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A number with three significant digits, or whole when it is large. */
function said(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
