/** A message of the live stream. */
export interface LiveUpdate {
  event: string
  id: string
  data: Record<string, unknown>
}

/** Somebody who listens to the live stream of a server. */
export interface LiveListener {
  readonly response: Response
  /** What came until now, in order. */
  readonly heard: readonly LiveUpdate[]
  leave(): Promise<void>
}

/** Listens to the live stream of the server at `address`, from now on or from what was heard last. */
export async function listenLive(address: string, key: string, lastEventId?: string): Promise<LiveListener> {
  const leaving = new AbortController()
  const headers = { authorization: `Bearer ${key}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) }
  const response = await fetch(`${address}/v1/events/stream`, { headers, signal: leaving.signal })
  const heard: LiveUpdate[] = []
  const reading = readInto(heard, response).catch(() => undefined)
  return {
    response,
    heard,
    async leave() {
      leaving.abort()
      await reading
    },
  }
}

async function readInto(heard: LiveUpdate[], response: Response): Promise<void> {
  let text = ''
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString('utf8')
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const fields = Object.fromEntries(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      if (fields['event'] !== undefined)
        heard.push({ event: fields['event'], id: fields['id'] ?? '', data: JSON.parse(fields['data'] ?? '{}') as Record<string, unknown> })
    }
  }
}
