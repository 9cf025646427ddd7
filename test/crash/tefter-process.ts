import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'tefter')
const READY_WITHIN_MS = 120_000

/** One `tefter start` in a process of its own. */
export interface TefterProcess {
  readonly address: string
  readonly pid: number
  /** Ends it with SIGKILL: nothing of it can tidy up. */
  kill(): Promise<void>
  /** Ends it with SIGTERM, as an administrator does. Answers the exit code. */
  stop(): Promise<number | null>
  /** What it wrote, for the message of a test that fails. */
  output(): string
}

export interface TefterProcessOptions {
  /** Settings beside `PORT`; `TEFTER_DATA` or `DATABASE_URL` among them. */
  readonly settings: Readonly<Record<string, string>>
  readonly port: number
  readonly role?: 'all' | 'api' | 'worker'
  /** A program that runs it, such as faketime with its arguments. */
  readonly under?: readonly string[]
  /** Path of another version's `bin/tefter`. */
  readonly program?: string
}

/** Whoever starts one ends it; a test that fails before that must not leave it running. */
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** Starts a process and waits until it is ready. The caller ends it. A worker is waited for by what it prints. */
export async function startTefter(options: TefterProcessOptions): Promise<TefterProcess> {
  const { settings, port, role = 'all', under = [], program = PROGRAM } = options
  const [first = '', ...before]: readonly string[] = [...under, process.execPath, program, 'start']
  const child = spawn(first, [...before, '--no-demo', '--port', String(port), '--role', role], {
    env: { ...ownEnvironment(), TEFTER_SECRET: 'a secret that is long enough for a test', TEFTER_LOG_LEVEL: 'warn', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let written = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written = (written + chunk.toString()).slice(-20_000)))
  const address = `http://127.0.0.1:${port}`
  const isReady = role === 'worker' ? () => Promise.resolve(written.includes('Tefter works')) : () => answersReady(address)
  try {
    await waitUntil(isReady, READY_WITHIN_MS, () => (child.exitCode === null ? undefined : `it ended with ${child.exitCode}`))
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`tefter start did not get ready: ${String(error)}\n${written}`, { cause: error })
  }
  return {
    address,
    pid: child.pid ?? 0,
    kill: async () => void (await end(child, 'SIGKILL')),
    stop: () => end(child, 'SIGTERM'),
    output: () => written,
  }
}

/** Runs one command of the command line to its end. */
export async function runTefter(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  program = PROGRAM,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...ownEnvironment(), TEFTER_SECRET: 'a secret that is long enough for a test', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** Whether the server says that it can serve. */
export async function answersReady(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(5000) })).ok
  } catch {
    // Not listening yet, or not any more.
    return false
  }
}

/** Looks again until `isTrue`, at most `withinMs`; `why` ends the wait early with a reason. */
export async function waitUntil(
  isTrue: () => Promise<boolean>,
  withinMs: number,
  why: () => string | undefined = () => undefined,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await isTrue())) {
    const reason = why() ?? (Date.now() > deadline ? `not within ${withinMs} ms` : undefined)
    if (reason !== undefined) throw new Error(reason)
    await sleep(50)
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Our own settings would reach the process too. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TEFTER_|DATABASE_|TEST_DATABASE_|PORT$|HOST$|NODE_OPTIONS$|VITEST)/.test(name)),
  )
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const ended = once(child, 'exit') as Promise<[number | null]>
  child.kill(signal)
  return (await ended)[0]
}
