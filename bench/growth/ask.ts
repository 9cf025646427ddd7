import { Agent, request } from 'node:http'

/** Asks an API over one connection that stays open. */
export interface Asker {
  /** Milliseconds from sending to the end of the answer. @throws when the answer is no success */
  ask(path: string): Promise<number>
  close(): void
}

/** Opens the connection with the next request. */
export function openAsker(port: number, apiKey: string): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { authorization: `Bearer ${apiKey}` }
  const ask = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const sentAt = performance.now()
      const sent = request({ host: '127.0.0.1', port, path, agent, headers }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.once('error', reject)
        answer.once('end', () => {
          if (answer.statusCode === 200) resolve(performance.now() - sentAt)
          else reject(new Error(`${path} answered ${answer.statusCode}: ${Buffer.concat(parts).toString('utf8').slice(0, 500)}`))
        })
      })
      sent.once('error', reject)
      sent.end()
    })
  return { ask, close: () => agent.destroy() }
}
