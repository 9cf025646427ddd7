import { useInfiniteQuery, useQuery, useQueryClient, type QueryClient, type UseQueryResult } from '@tanstack/react-query'
import { call, Problem, type Query } from './client.ts'
import type { Overview, Page, Session, Verification } from './shapes.ts'

/** Rows asked for at once by lists that scroll. */
export const PAGE_SIZE = 100

/** The cached answer of one address; `path` null waits for what the address depends on. */
export function useGet<T>(path: string | null, query: Query = {}, options: { refetchMs?: number } = {}): UseQueryResult<T, Problem> {
  return useQuery<T, Problem>({
    queryKey: [path ?? 'none', query],
    queryFn: ({ signal }) => call<T>('GET', path ?? '', { query, signal }),
    enabled: path !== null,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  })
}

/** A list page by page (keyset), as one growing list. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the rows of the path, as with useGet
export function useList<Row>(path: string, query: Query) {
  return useInfiniteQuery<Page<Row>, Problem, { rows: Row[] }, readonly unknown[], string | null>({
    queryKey: [path, query, 'pages'],
    queryFn: ({ pageParam, signal }) => call<Page<Row>>('GET', path, { query: { limit: PAGE_SIZE, ...query, cursor: pageParam }, signal }),
    initialPageParam: null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (previous) => previous,
    select: (pages) => ({ rows: pages.pages.flatMap((page) => page.data) }),
  })
}

/** Query of the signed-in person; null means nobody is signed in. */
export const sessionQuery = {
  queryKey: ['/v1/session'] as const,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await call<Session>('GET', '/v1/session')
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60_000,
}

/** The signed-in person. Only below the routes that need one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery)
  if (!data) throw new Error('useSession needs a signed-in person: the route guard brings everyone else to the sign-in page')
  return data
}

/** Whether the person's role includes a permission (`room.verb`). */
export function useMay(permission: string): boolean {
  return useSession().permissions.includes(permission)
}

/** Counts of what needs a person. */
export function useOverview(): UseQueryResult<Overview, Problem> {
  return useGet<Overview>('/v1/overview', {}, { refetchMs: 60_000 })
}

/** The last proof of the numbers; null when none was run yet. */
export function useVerification() {
  return useQuery<Verification | null, Problem>({
    queryKey: ['/v1/verification'],
    queryFn: ({ signal }) => call<Verification | null>('GET', '/v1/verification', { signal }),
  })
}

/** Asks again for everything below the given paths, for instance after a command changed it. */
export async function refresh(client: QueryClient, ...prefixes: string[]): Promise<void> {
  await client.invalidateQueries({
    predicate: (query) => prefixes.some((prefix) => String(query.queryKey[0]).startsWith(prefix)),
  })
}

/** `refresh` for components. */
export function useRefresh(): (...prefixes: string[]) => Promise<void> {
  const client = useQueryClient()
  return (...prefixes) => refresh(client, ...prefixes)
}
