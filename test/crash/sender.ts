import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** One command that was asked for, and what the one who asked knows of it. */
export interface Sent {
  /** The command's name, as it stands in the events. */
  readonly command: string
  readonly key: string
  /** `unknown` until an answer came: it may or may not have happened. */
  outcome: 'unknown' | 'acknowledged' | 'refused'
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape are looked into
  answer: any
  tries: number
  /** How many times the server said 503. */
  away: number
  /** The codes it gave with them. */
  codes: Set<string>
}

/** Everything a crowd asked for, and the gate that holds it while the numbers are looked at. */
export interface Sender {
  readonly journal: readonly Sent[]
  /** Answers that a server must never give: 5xx other than 503. */
  readonly faults: string[]
  /** Asks for a command until there is a definite answer, under one idempotency key, as a careful client does. */
  send(command: string, method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<Sent>
  /** Reads until there is an answer. */
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every shape are looked into
  read(path: string): Promise<any>
  /** Lets nothing more out, and waits until what is out is answered or lost. */
  hold(): Promise<void>
  resume(): void
}

const PAUSE_MS = 100
const ANSWER_WITHIN_MS = 60_000
const MOST_TRIES = 3000

/** Sends with one key of an organization. `addresses` are servers of the same database; each request goes to the next one. */
export function openSender(addresses: readonly string[], apiKey: string): Sender {
  const journal: Sent[] = []
  const faults: string[] = []
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  const out = new Set<Promise<void>>()
  let turn = 0

  async function once(
    method: string,
    path: string,
    key: string,
    body: unknown,
  ): Promise<{ status: number; answer: Record<string, unknown> } | undefined> {
    await gate.promise
    const done = Promise.withResolvers<void>()
    out.add(done.promise)
    try {
      const response = await fetch(`${addresses[turn++ % addresses.length]}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      })
      if (response.status === 503 && !response.headers.has('retry-after')) faults.push(`${method} ${path}: 503 without Retry-After`)
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> }
    } catch {
      // No answer, or half of one: whether it happened is not known.
      return undefined
    } finally {
      out.delete(done.promise)
      done.resolve()
    }
  }

  async function definite(sent: Sent, method: string, path: string, body: unknown): Promise<Sent> {
    while (sent.tries < MOST_TRIES) {
      sent.tries += 1
      const got = await once(method, path, sent.key, body)
      if (got !== undefined && got.status < 500) {
        const outcome = got.status < 300 ? 'acknowledged' : 'refused'
        return Object.assign(sent, { outcome, status: got.status, answer: got.answer })
      }
      if (got?.status === 503) {
        sent.away += 1
        sent.codes.add(String(got.answer['code']))
      } else if (got !== undefined) faults.push(`${sent.command} ${method} ${path}: ${got.status} ${JSON.stringify(got.answer)}`)
      if (faults.length > 20) throw new Error(`The server breaks: ${faults.join('\n')}`)
      await sleep(PAUSE_MS)
    }
    throw new Error(`${sent.command} never got a definite answer`)
  }

  return {
    journal,
    faults,
    send(command, method, path, body) {
      const sent = unsent(command, randomUUID())
      journal.push(sent)
      return definite(sent, method, path, body)
    },
    async read(path) {
      return (await definite(unsent('read', ''), 'GET', path, undefined)).answer
    },
    async hold() {
      gate = Promise.withResolvers<void>()
      await Promise.all(out)
    },
    resume: () => gate.resolve(),
  }
}

function unsent(command: string, key: string): Sent {
  return { command, key, outcome: 'unknown', status: 0, answer: undefined, tries: 0, away: 0, codes: new Set() }
}
