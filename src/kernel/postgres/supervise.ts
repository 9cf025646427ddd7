import { setTimeout as sleep } from 'node:timers/promises'

/** Takes what a supervised server tells of itself. */
interface SupervisionLog {
  error(detail: Record<string, unknown>, message: string): void
  warn(detail: Record<string, unknown>, message: string): void
}

/** What is watched and how it is brought back. */
interface Supervision {
  /** Settles when the server that runs now is lost. */
  lost(): Promise<void>
  /** Brings it back, or throws. */
  restart(): Promise<void>
  /** Names the server in the log. */
  describe(): Record<string, unknown>
  stopping: AbortSignal
  log: SupervisionLog | undefined
}

/** Milliseconds: first and longest pause before an attempt, and how long a server must have lived for the pauses to begin anew. */
interface Pacing {
  first: number
  longest: number
  healthyAfter: number
}

const PACING: Pacing = { first: 100, longest: 30_000, healthyAfter: 60_000 }

/**
 * Brings a server back whenever it is lost, until `stopping`. The first attempt follows at once, each further one after twice the pause of the
 * one before, also across restarts that hold only briefly. Never throws: an attempt that fails is logged.
 */
export async function supervise({ lost, restart, describe, stopping, log }: Supervision, pacing: Pacing = PACING): Promise<void> {
  const stop = new Promise<void>((done) => stopping.addEventListener('abort', () => done(), { once: true }))
  let pause = 0
  /* oxlint-disable no-await-in-loop -- a watch that lasts as long as the process, paced by back-off */
  while (!stopping.aborted) {
    const aliveSince = performance.now()
    await Promise.race([lost(), stop])
    if (performance.now() - aliveSince > pacing.healthyAfter) pause = 0
    for (let back = false; !back && !stopping.aborted;) {
      log?.error({ ...describe(), backoff_ms: pause }, 'PostgreSQL went away; bringing it back')
      await sleep(pause, undefined, { signal: stopping }).catch(() => undefined)
      pause = Math.min(Math.max(pause * 2, pacing.first), pacing.longest)
      if (stopping.aborted) return
      back = await restart().then(
        () => true,
        (error: unknown) => {
          log?.error({ reason: String(error) }, 'PostgreSQL could not be brought back; trying again')
          return false
        },
      )
    }
    if (!stopping.aborted) log?.warn(describe(), 'PostgreSQL is back')
  }
  /* oxlint-enable no-await-in-loop */
}
