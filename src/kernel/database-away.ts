import { DomainError } from './errors.ts'

/** What is known of why PostgreSQL does not answer. */
export type Obstacle = 'disk_full'

/** Connection lost, refused or not yet taken; PgBouncer says 08P01 when it has nobody to pass a client on to. */
const AWAY = new Set([
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '08P01',
  '53000',
  '53200',
  '58000',
  '58030',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/** Too many connections, here or at the server; a statement that was not let to wait longer. */
const BUSY = new Set(['53300', '53400', '55P03', '57014'])

const SENTENCES = {
  'kernel.disk_full':
    'The disk of the database is full. Nothing was half done: what was acknowledged stays, nothing new can be written. Free space on it, then try again; no restart is needed.',
  'kernel.busy': 'The server is busy: no connection to the database became free in time. Nothing was half done; try again in a moment.',
  'kernel.database_unavailable': 'The database does not answer just now. Nothing was half done; try again in a moment.',
} as const

/**
 * An error of the database that passes by itself or by an administrator's hand, as a refusal that says so; any other error as it is.
 *
 * `kernel.disk_full` where PostgreSQL said so (53100), or is away and `findObstacle` knows that its disk is full; `kernel.busy` when the
 * pool or the server had no connection to give; `kernel.database_unavailable` for everything else that means "away". All are `unavailable`.
 */
export function asUnavailable(error: unknown, findObstacle?: () => Obstacle | null): unknown {
  const code = codeOf(error, findObstacle)
  return code === undefined ? error : new DomainError('unavailable', code, SENTENCES[code], { cause: error })
}

function codeOf(error: unknown, findObstacle?: () => Obstacle | null): keyof typeof SENTENCES | undefined {
  if (error instanceof DomainError) return undefined
  const state = stateOf(error)
  const message = error instanceof Error ? error.message : ''
  if (state === '53100' || state === 'ENOSPC') return 'kernel.disk_full'
  if (BUSY.has(state) || message.includes('timeout exceeded when trying to connect')) return 'kernel.busy'
  const away = AWAY.has(state) || /Connection terminated|is not queryable|Cannot use a pool after calling end/.test(message)
  if (!away) return undefined
  return findObstacle?.() === 'disk_full' ? 'kernel.disk_full' : 'kernel.database_unavailable'
}

function stateOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : ''
}
