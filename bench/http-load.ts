import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

// A worker that loads an HTTP server over keep-alive connections. It writes and reads the bytes itself: on a small machine an HTTP
// library would take the time that the server needs.

/** What to send. */
export interface HttpLoad {
  port: number
  headers: Readonly<Record<string, string>>
  path: string
  /** JSON bodies, each sent once. */
  bodies: readonly string[]
  connections: number
}

/** What came of it. */
export interface HttpLoadResult {
  seconds: number
  /** Milliseconds from sending to the end of the answer, in no order. */
  latencies: number[]
  /** How many answers had which status. */
  statuses: Record<string, number>
  /** The first answer that was no success. */
  firstFailure: string | null
}

function requestOf(load: HttpLoad, body: string): Buffer {
  const headers = Object.entries({ host: `127.0.0.1:${load.port}`, 'content-type': 'application/json', ...load.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return Buffer.from(`POST ${load.path} HTTP/1.1\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

/** The length of the first answer in the bytes, or null while it is not whole. */
function answerLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const match = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))
  if (match === null) throw new Error('an answer without Content-Length')
  const length = end + 4 + Number(match[1])
  return bytes.length >= length ? length : null
}

/** Sends all bodies, each as soon as a connection is free. */
export function sendAll(load: HttpLoad): Promise<HttpLoadResult> {
  const requests = load.bodies.map((body) => requestOf(load, body))
  const result: HttpLoadResult = { seconds: 0, latencies: [], statuses: {}, firstFailure: null }
  let next = 0
  const oneConnection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(load.port, '127.0.0.1')
      socket.setNoDelay(true)
      let received = Buffer.alloc(0)
      let sentAt = 0
      const sendNext = (): void => {
        const request = requests[next++]
        if (request === undefined) return void socket.end(() => resolve())
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('connect', sendNext)
      socket.on('error', reject)
      socket.on('close', () => resolve())
      socket.on('data', (bytes) => {
        received = received.length === 0 ? bytes : Buffer.concat([received, bytes])
        const length = answerLength(received)
        if (length === null) return
        const status = received.toString('latin1', 9, 12)
        result.statuses[status] = (result.statuses[status] ?? 0) + 1
        if (!status.startsWith('2')) result.firstFailure ??= received.toString('utf8', 0, Math.min(length, 2000))
        result.latencies.push(performance.now() - sentAt)
        received = received.subarray(length)
        sendNext()
      })
    })
  const startedAt = performance.now()
  return Promise.all(Array.from({ length: load.connections }, oneConnection)).then(() => {
    result.seconds = (performance.now() - startedAt) / 1000
    return result
  })
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
if (parentPort !== null) parentPort.postMessage(await sendAll(workerData as HttpLoad))
