import { type Static, type TSchema, Type } from 'typebox'
import { DomainError } from './errors.ts'
import { fromText } from './from-text.ts'
import { findProblems } from './parse.ts'

/** Every setting, from the environment. The description is what `docs/configuration.md` says of it. */
export const Settings = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080, description: 'Port of the HTTP server; 0 takes a free one.' }),
  HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'Address to listen on. `0.0.0.0` opens Tefter to the network: put HTTPS in front of it.',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'PostgreSQL 15–18 as the application role; PgBouncer in transaction mode may stand before it. Without it an embedded PostgreSQL runs in the data folder.',
    }),
  ),
  DATABASE_OWNER_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'The same database as the role that owns the tables; migrates. Straight to PostgreSQL, past a pooler. Without it DATABASE_URL does both, and each transaction takes on the role `tefter_app`.',
    }),
  ),
  TEFTER_MIGRATE: Type.Boolean({
    default: true,
    description:
      'Whether a start brings the database up to date. `false`: `tefter migrate` does it beforehand, and a start on an older or newer database is refused.',
  }),
  TEFTER_DATA: Type.String({ minLength: 1, default: './data', description: 'Folder of the embedded PostgreSQL and of generated secrets.' }),
  TEFTER_LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'Least important log line that is written (to standard error).',
  }),
  TEFTER_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+/?$',
      description: 'Address people type, when a proxy stands in front: `https://…` makes cookies secure.',
    }),
  ),
  TEFTER_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      description:
        'Signs session cookies and encrypts stored secrets (SMTP passwords, webhook keys); at least 32 characters. Without it one is generated into the data folder. All processes of one installation need the same; under another one, stored secrets must be entered anew.',
    }),
  ),
  TEFTER_WEBHOOK_NETWORKS: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F.:/, ]+$',
      description:
        'Private networks that webhooks may reach, such as `10.0.0.0/8,127.0.0.1/32`; they may use http:// too. Without it only public addresses by https://.',
    }),
  ),
  TEFTER_TRUST_PROXY: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Addresses of proxies whose X-Forwarded-* headers count: `true`, or a list such as `10.0.0.0/8,127.0.0.1`.',
    }),
  ),
  TEFTER_POOL_SIZE: Type.Integer({ minimum: 2, maximum: 500, default: 20, description: 'Most connections to PostgreSQL of this process.' }),
  TEFTER_BODY_LIMIT_MB: Type.Integer({ minimum: 1, maximum: 1000, default: 10, description: 'Largest JSON body, in MB.' }),
  TEFTER_UPLOAD_LIMIT_MB: Type.Integer({ minimum: 1, maximum: 10_000, default: 200, description: 'Largest uploaded file, in MB.' }),
  TEFTER_RATE_LIMIT: Type.Integer({ minimum: 0, default: 300_000, description: 'Most requests a minute of one caller; 0 is no limit.' }),
  TEFTER_SIGN_IN_LIMIT: Type.Integer({ minimum: 1, default: 10, description: 'Most attempts a minute to sign in from one address.' }),
  TEFTER_METRICS_PUBLIC: Type.Boolean({ default: false, description: 'Whether /metrics answers others than the machine itself.' }),
  TEFTER_DEMO: Type.Boolean({
    default: true,
    description: 'Whether the first start with the embedded PostgreSQL builds the demo business.',
  }),
  TEFTER_SHUTDOWN_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 600,
    default: 30,
    description: 'How long a shutdown waits for requests and jobs under way.',
  }),
})

/** Checked settings of a process. Frozen; nothing reads the environment after the start. */
export type Config = Readonly<Static<typeof Settings>>

/**
 * Reads and checks all settings.
 *
 * @param environment variables by name; empty ones count as not set
 * @param overrides from the command line, as text, stronger than the environment
 * @throws `kernel.bad_setting` (invalid) with every bad setting by name
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Config {
  const settings: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(Settings.properties as Record<string, TSchema>)) {
    const text = overrides[name] ?? environment[name]
    const fallback = (schema as { default?: unknown }).default
    if (text !== undefined && text.trim() !== '') settings[name] = fromText(schema, text.trim())
    else if (fallback !== undefined) settings[name] = fallback
  }
  refuseUnknown(environment)
  const problems = findProblems(Settings, settings)
  if (problems.length > 0) {
    const sentences = problems.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`)
    throw new DomainError('invalid', 'kernel.bad_setting', `Setting not valid: ${sentences.join('; ')}. See docs/configuration.md.`, {
      fields: problems,
    })
  }
  if (settings['DATABASE_OWNER_URL'] !== undefined && settings['DATABASE_URL'] === undefined) {
    throw new DomainError(
      'invalid',
      'kernel.bad_setting',
      'Setting not valid: DATABASE_OWNER_URL stands without DATABASE_URL. Set both, or neither for the embedded PostgreSQL.',
    )
  }
  return Object.freeze(settings as Static<typeof Settings>)
}

/** Set by the test harness and scripts, not settings of Tefter. */
const NOT_OURS = /^TEFTER_TEST_/

/** A misspelled TEFTER_… would silently change nothing. */
function refuseUnknown(environment: Readonly<Record<string, string | undefined>>): void {
  const unknown = Object.keys(environment).filter(
    (name) => name.startsWith('TEFTER_') && !NOT_OURS.test(name) && !(name in Settings.properties),
  )
  if (unknown.length === 0) return
  throw new DomainError(
    'invalid',
    'kernel.bad_setting',
    `Setting not valid: there is no setting ${unknown.join(', ')}. Remove it or check its spelling in docs/configuration.md.`,
  )
}

/** The table of docs/configuration.md. */
export function configurationTable(): string {
  const rows = Object.entries(Settings.properties as Record<string, TSchema>).map(([name, schema]) => {
    const { default: fallback, description } = schema as { default?: string | number | boolean; description?: string }
    return `| \`${name}\` | ${fallback === undefined ? '–' : `\`${String(fallback)}\``} | ${description ?? ''} |`
  })
  return ['| setting | default | meaning |', '|---|---|---|', ...rows].join('\n')
}
