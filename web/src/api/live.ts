import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { commonHeaders } from './client.ts'
import { refresh } from './queries.ts'

export type LiveState = 'live' | 'connecting' | 'offline'

/** Lists that change when a room reports an event. */
const STALE_AFTER: Readonly<Record<string, readonly string[]>> = {
  orders: ['/v1/orders', '/v1/overview', '/v1/attention', '/v1/lists/orders'],
  lists: ['/v1/bulk-runs', '/v1/export-runs', '/v1/list-settings'],
  warehouse: ['/v1/shipments', '/v1/pick-lists', '/v1/goods-receipts', '/v1/overview', '/v1/orders'],
  inventory: ['/v1/stock', '/v1/movements', '/v1/cost-layers', '/v1/overview'],
  catalog: ['/v1/items', '/v1/products'],
  parties: ['/v1/parties'],
  ledger: ['/v1/journal-entries', '/v1/trial-balance', '/v1/reports'],
  flows: ['/v1/imports', '/v1/overview'],
  reports: ['/v1/verification', '/v1/attention'],
}

/** Changes are gathered this long, because one command reports many events. */
const GATHER_MS = 400
const RETRY_MS = 4_000

/** Keeps the screens up to date from the event stream, and answers whether they are. */
export function useLive(): LiveState {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    const stop = new AbortController()
    void follow(client, setState, stop.signal)
    return () => stop.abort()
  }, [client])
  return state
}

async function follow(client: QueryClient, setState: (state: LiveState) => void, signal: AbortSignal): Promise<void> {
  const stale = staleGatherer(client)
  let times = 0
  while (!signal.aborted) {
    const cut = whenNetworkChanges(signal)
    try {
      // oxlint-disable-next-line no-await-in-loop -- one stream after another
      const response = await fetch('/v1/events/stream', {
        headers: { accept: 'text/event-stream', ...commonHeaders() },
        signal: AbortSignal.any([signal, cut.signal]),
      })
      if (!response.ok || response.body === null) throw new Error(`stream answered ${response.status}`)
      setState('live')
      // What happened while nobody listened is not told again.
      times += 1
      if (times > 1) void refresh(client, '/v1/')
      // oxlint-disable-next-line no-await-in-loop -- until the stream ends
      await readEvents(response.body, stale)
    } catch {
      if (signal.aborted) return
    }
    setState(navigator.onLine ? 'connecting' : 'offline')
    // oxlint-disable-next-line no-await-in-loop -- pause before the next attempt
    await pause(signal)
  }
}

/** Cuts a stream when the browser says that the network went or came: the stream itself may hear of it minutes later. */
function whenNetworkChanges(signal: AbortSignal): AbortController {
  const cut = new AbortController()
  const options = { once: true, signal: AbortSignal.any([signal, cut.signal]) }
  window.addEventListener('offline', () => cut.abort(), options)
  window.addEventListener('online', () => cut.abort(), options)
  return cut
}

/** Waits before the next attempt; ends at once when the network is back. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, RETRY_MS)
    window.addEventListener('online', () => resolve(), { once: true, signal })
  })
}

async function readEvents(body: ReadableStream<Uint8Array>, stale: (room: string) => void): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- pieces come in order
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('event:')) stale(line.slice('event:'.length).trim().split('.')[0] ?? '')
  }
}

function staleGatherer(client: QueryClient): (room: string) => void {
  const rooms = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  return (room) => {
    rooms.add(room)
    timer ??= setTimeout(() => {
      timer = undefined
      const prefixes = [...rooms].flatMap((one) => STALE_AFTER[one] ?? [])
      if (rooms.has('reload')) prefixes.push('/v1/')
      rooms.clear()
      void refresh(client, ...prefixes)
    }, GATHER_MS)
  }
}
