import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll, beforeAll } from 'vitest'

/** A request as the receiver got it. */
export interface ReceivedRequest {
  headers: IncomingHttpHeaders
  body: string
}

/** Somebody else's server. `answer` decides what the next requests meet. */
export interface TestReceiver {
  readonly url: string
  readonly received: ReceivedRequest[]
  answer: (request: IncomingMessage, response: ServerResponse) => void
}

/** Takes everything. */
export function takeIt(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain' }).end('thanks')
}

/** Starts a real HTTP receiver for a test file. Read its members in hooks and tests only. */
export function useReceiver(): TestReceiver {
  const received: ReceivedRequest[] = []
  const state = { url: '', answer: takeIt as TestReceiver['answer'] }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      state.answer(request, response)
    })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    state.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hooks`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return {
    get url() {
      return state.url
    },
    received,
    get answer() {
      return state.answer
    },
    set answer(next) {
      state.answer = next
    },
  }
}
