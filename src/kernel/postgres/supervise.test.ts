import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { supervise } from './supervise.ts'

/** Watches a server that is lost at once and that `restart` may bring back, for so many milliseconds. */
async function watch(milliseconds: number, restart: (attempt: number) => Promise<void>, lost: () => Promise<void>) {
  const stopping = new AbortController()
  const said: string[] = []
  let attempts = 0
  const log = {
    error: (_: unknown, message: string) => void said.push(message),
    warn: (_: unknown, message: string) => void said.push(message),
  }
  const supervision = supervise(
    { lost, restart: () => restart((attempts += 1)), describe: () => ({}), stopping: stopping.signal, log },
    { first: 20, longest: 10_000, healthyAfter: 30 },
  )
  await pause(milliseconds)
  stopping.abort()
  await supervision
  return { attempts, said }
}

describe('supervision of PostgreSQL', () => {
  test('attempts that fail stand further and further apart, however long the server lived before', async () => {
    // Healthy after 30 ms: it lived 50. Then pauses of 0, 20, 40, 80, 160, 320, 640 … ms: at most seven attempts in a second.
    const { attempts } = await watch(
      1000,
      () => Promise.reject(new Error('the folder is gone')),
      () => pause(50),
    )
    expect(attempts).toBeGreaterThan(1)
    expect(attempts).toBeLessThanOrEqual(7)
  })

  test('a server that comes back and dies at once is paced too', async () => {
    const { attempts } = await watch(
      1000,
      () => Promise.resolve(),
      () => Promise.resolve(),
    )
    expect(attempts).toBeGreaterThan(1)
    expect(attempts).toBeLessThanOrEqual(7)
  })

  test('what is brought back is said, and the watch ends when asked', async () => {
    let losses = 0
    const { attempts, said } = await watch(
      300,
      (attempt) => (attempt === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve()),
      () => ((losses += 1) === 1 ? Promise.resolve() : new Promise(() => undefined)),
    )
    expect(attempts).toBe(2)
    expect(said).toEqual([
      'PostgreSQL went away; bringing it back',
      'PostgreSQL could not be brought back; trying again',
      'PostgreSQL went away; bringing it back',
      'PostgreSQL is back',
    ])
  })
})
