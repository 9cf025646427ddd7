import { Agent, request } from 'node:http'

/** An answer of the API. */
export interface CrowdAnswer {
  status: number
  body: Record<string, unknown>
}

/** Sends requests over a bounded number of keep-alive connections to each of several servers of one database, in turn. */
export interface Crowd {
  send(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<CrowdAnswer>
  close(): void
}

/** Opens a crowd with at most `connections` connections a server. Answers that are no JSON have an empty body. */
export function openCrowd(addresses: readonly string[], apiKey: string, connections: number): Crowd {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let turn = 0
  return {
    send(method, path, body, headers = {}) {
      const url = new URL(path, addresses[turn++ % addresses.length])
      const text = body === undefined ? undefined : JSON.stringify(body)
      return new Promise((resolve, reject) => {
        const call = request(
          url,
          {
            method,
            agent,
            headers: {
              authorization: `Bearer ${apiKey}`,
              ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
              ...headers,
            },
          },
          (response) => {
            const chunks: Buffer[] = []
            response.on('data', (chunk: Buffer) => chunks.push(chunk))
            response.once('error', reject)
            response.once('end', () =>
              resolve({ status: response.statusCode ?? 0, body: readJson(Buffer.concat(chunks).toString('utf8')) }),
            )
          },
        )
        call.once('error', reject)
        call.end(text)
      })
    },
    close: () => agent.destroy(),
  }
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // A proxy's page, not our answer: the status says enough.
    return {}
  }
}
