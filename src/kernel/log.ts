import { pino } from 'pino'

/** Structured log: one JSON line each. The subset of pino that rooms use. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  debug(fields: object, message: string): void
  child(fields: object): Log
}

/** Field names that never reach a log, wherever they stand. */
const SECRETS = ['password', 'token', 'secret', 'authorization', 'cookie', 'api_key', 'apiKey', 'key', 'url', 'connectionString']

/** The process's log on standard error, so that standard output stays for answers. Level from TEFTER_LOG_LEVEL. */
export function createLog(level: string): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.headers.${name}`])
  return pino({ level, base: null, redact: { paths, censor: '[redacted]' } }, pino.destination({ fd: 2, sync: true }))
}

/** Logs nothing: for tests and commands that speak on standard output. */
export const silentLog: Log = { info() {}, warn() {}, error() {}, debug() {}, child: () => silentLog }
