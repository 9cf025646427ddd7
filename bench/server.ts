import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Ground } from './ground.ts'
import type { HttpLoad, HttpLoadResult } from './http-load.ts'

const TEFTER = join(import.meta.dirname, '..', 'src', 'entry', 'cli', 'main.ts')
/** Longest wait for the first answer. */
const START_LIMIT_MS = 60_000

/** A running server process of Tefter. */
export interface BenchServer {
  pid: number
  port: number
  /** Milliseconds from spawning to the first good answer of /readyz. */
  startMs: number
  stop(): Promise<void>
}

/** Starts the real program on the ground's database, without a limit on requests, with its jobs and deliveries. */
export async function startServerProcess(ground: Ground, extra: Readonly<Record<string, string>> = {}): Promise<BenchServer> {
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawn(process.execPath, [TEFTER, 'start', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: ground.address.url,
      DATABASE_OWNER_URL: ground.address.ownerUrl,
      TEFTER_DATA: join(ground.folder, 'server'),
      TEFTER_RATE_LIMIT: '0',
      TEFTER_LOG_LEVEL: 'error',
      TEFTER_DEMO: 'false',
      ...extra,
    },
  })
  await waitUntilReady(child, port)
  return { pid: child.pid ?? 0, port, startMs: performance.now() - startedAt, stop: () => stop(child) }
}

async function waitUntilReady(child: ChildProcess, port: number): Promise<void> {
  const until = performance.now() + START_LIMIT_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} before it was ready`)
    // oxlint-disable-next-line no-await-in-loop -- asked until it answers
    const ok = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    if (performance.now() > until) throw new Error('the server is not ready after a minute')
    // oxlint-disable-next-line no-await-in-loop -- as above
    await pause(20)
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** Runs a load in a thread of its own, and refuses a run in which anything was not a success. */
export function runLoad(load: HttpLoad): Promise<HttpLoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('http-load.ts', import.meta.url), { workerData: load })
    worker.once('error', reject)
    worker.once('message', (result: HttpLoadResult) => {
      if (result.firstFailure === null) resolve(result)
      else reject(new Error(`a request failed: ${result.firstFailure}`))
    })
  })
}
