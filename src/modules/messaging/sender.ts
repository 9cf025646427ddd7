import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Tx } from '../../kernel/database.ts'
import type { SecretBox } from '../../kernel/secret-box.ts'
import { exactly, nullable } from '../../kernel/schema.ts'
import { MESSAGE_LANGUAGES } from './language.ts'
import type { MailServer } from './mail-server.ts'

export const EmailAddress = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@<>",;:\\\\]+@[^\\s@<>",;:\\\\]+$' })

export const senderFields = {
  is_on: Type.Boolean(),
  host: nullable(Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9.:_-]+$' })),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  security: Type.Enum(['tls', 'starttls', 'none']),
  username: nullable(Type.String({ minLength: 1, maxLength: 255 })),
  from_name: Type.String({ maxLength: 200 }),
  from_address: nullable(EmailAddress),
  reply_to: nullable(EmailAddress),
  language: Type.Enum(['auto', ...MESSAGE_LANGUAGES]),
}

/** The sender as the API shows it: whether a password is kept, never which. */
export const Sender = exactly({ ...senderFields, has_password: Type.Boolean(), version: Type.Integer({ minimum: 0 }) })
export type Sender = Static<typeof Sender>

/** The stored row. `on_since`: nothing recorded before is mailed. */
export interface StoredSender extends Omit<Sender, 'has_password'> {
  on_since: Date | null
  password_sealed: Buffer | null
}

/** What holds before anything was entered. */
export const NO_SENDER: StoredSender = {
  is_on: false,
  on_since: null,
  host: null,
  port: 587,
  security: 'starttls',
  username: null,
  password_sealed: null,
  from_name: '',
  from_address: null,
  reply_to: null,
  language: 'auto',
  version: 0,
}

/** The organization's sender. `lock` for an edit. */
export async function readSender(tx: Tx, orgId: number, lock = false): Promise<StoredSender> {
  const { rows } = await sql<StoredSender>`
    select is_on, on_since, host, port, security, username, password_sealed, from_name, from_address, reply_to, language, version
      from messaging.sender where org_id = ${orgId} ${lock ? sql`for update` : sql``}`.execute(tx)
  return rows[0] ?? NO_SENDER
}

/** A stored sender as the API shows it. */
export function showSender({ on_since: _since, password_sealed: sealed, ...sender }: StoredSender): Sender {
  return { ...sender, has_password: sealed !== null }
}

/** Where an organization's SMTP password is sealed to. */
export function passwordPurpose(orgId: number): string {
  return `messaging.sender/${orgId}`
}

/** The server with its password opened; null while host or sender address are missing. @throws `kernel.secret_unreadable` */
export function serverOf(sender: StoredSender, orgId: number, secrets: SecretBox): MailServer | null {
  if (sender.host === null || sender.from_address === null) return null
  return {
    host: sender.host,
    port: sender.port,
    security: sender.security as MailServer['security'],
    username: sender.username,
    password: sender.password_sealed === null ? null : secrets.open(sender.password_sealed, passwordPurpose(orgId)),
  }
}
