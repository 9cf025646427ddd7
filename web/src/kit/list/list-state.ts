import { useNavigate, useSearch } from '@tanstack/react-router'

/** Parameters of the address that belong to the page, not to the query of the list. */
const OWN = new Set(['peek', 'all'])

export interface ListState {
  filters: Readonly<Record<string, string>>
  peek: string | undefined
  set: (changes: Record<string, string | undefined>) => void
  /** Sets these filters and no others. */
  replace: (filters: Readonly<Record<string, string>>) => void
  clear: () => void
}

/** Filters of a list and its open side panel, kept in the address of the page. */
export function useListState(initial: Readonly<Record<string, string>> = {}): ListState {
  const search = useSearch({ strict: false }) as Record<string, string>
  const navigate = useNavigate()
  const stated = Object.fromEntries(Object.entries(search).filter(([key]) => !OWN.has(key)))
  // An address without filters means the list's own; `all` says that none are wanted.
  const filters = Object.keys(stated).length === 0 && search['all'] === undefined ? { ...initial } : stated
  const go = (next: Record<string, string>) => void navigate({ to: '.', search: next as never, replace: true, resetScroll: false })
  return {
    filters,
    peek: search['peek'],
    set: (changes) => {
      const own = Object.fromEntries(Object.entries(search).filter(([key]) => key === 'peek'))
      const next = { ...filters, ...own, ...changes }
      const kept = Object.fromEntries(
        Object.entries(next).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
      )
      go(withAll(kept, initial))
    },
    replace: (next) => go(withAll({ ...next }, initial)),
    clear: () => go(withAll({}, initial)),
  }
}

function withAll(next: Record<string, string>, initial: Readonly<Record<string, string>>): Record<string, string> {
  const bare = Object.keys(next).every((key) => OWN.has(key))
  return bare && Object.keys(initial).length > 0 ? { ...next, all: '1' } : next
}

interface Trail {
  href: string
  hrefs: string[]
}

let trail: Trail | null = null
const scrollOf = new Map<string, number>()

/** Remembers the rows of the list someone leaves, so that a document offers the previous and the next. */
export function leaveTrail(href: string, hrefs: string[]): void {
  trail = { href, hrefs }
}

/** Neighbors of a document in the list one came from. */
export function neighbors(href: string): { previous: string | null; next: string | null; list: string | null } {
  const at = trail?.hrefs.indexOf(href) ?? -1
  if (trail === null || at < 0) return { previous: null, next: null, list: null }
  return { previous: trail.hrefs[at - 1] ?? null, next: trail.hrefs[at + 1] ?? null, list: trail.href }
}

/** Scroll position of a list, by its address, kept while one looks at a document. */
export function keepScroll(key: string, offset: number): void {
  scrollOf.set(key, offset)
}

/** Scroll position kept for a list; 0 when it is new. */
export function keptScroll(key: string): number {
  return scrollOf.get(key) ?? 0
}
