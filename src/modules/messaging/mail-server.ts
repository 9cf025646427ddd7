import { createTransport } from 'nodemailer'

/** How to reach an SMTP server, the password in clear. */
export interface MailServer {
  host: string
  port: number
  /** `tls`: encrypted from the start (465). `starttls`: encrypted before anything is said (587). `none`: a server on one's own machine. */
  security: 'tls' | 'starttls' | 'none'
  username: string | null
  password: string | null
}

/** One message for one recipient. `messageId` without angle brackets; the same one again marks the same message. */
export interface OutgoingMail {
  messageId: string
  fromName: string
  fromAddress: string
  replyTo: string | null
  to: string
  subject: string
  html: string
  text: string
}

/** What became of it. `rejected`: the server will not have it, trying again changes nothing. `unreachable`: try again later. */
export type MailOutcome = { outcome: 'sent' } | { outcome: 'rejected' | 'unreachable'; reason: string }

/** A conversation with one server; `close` when done. */
export interface MailSession {
  send(mail: OutgoingMail): Promise<MailOutcome>
  close(): void
}

const CONNECT_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 30_000
const MAX_REASON = 300

/** Opens a session over one connection at a time. Certificates are checked; nothing is logged. */
export function openMailSession(server: MailServer): MailSession {
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.username === null ? {} : { auth: { user: server.username, pass: server.password ?? '' } }),
  })
  // A pooled connection that breaks while idle is opened again for the next message.
  transport.on('error', () => undefined)
  return {
    async send(mail) {
      try {
        await transport.sendMail({
          messageId: `<${mail.messageId}>`,
          from: { name: mail.fromName, address: mail.fromAddress },
          to: { name: '', address: mail.to },
          ...(mail.replyTo === null ? {} : { replyTo: mail.replyTo }),
          subject: mail.subject,
          html: mail.html,
          text: mail.text,
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return { outcome: 'sent' }
      } catch (error) {
        return asOutcome(error, mail.to)
      }
    },
    close: () => transport.close(),
  }
}

function asOutcome(error: unknown, recipient: string): MailOutcome {
  const { responseCode, code, response } = error as { responseCode?: number; code?: string; response?: string }
  const said = response ?? (error instanceof Error ? error.message : String(error))
  const reason = withoutAddresses(said.replaceAll(recipient, '(address)')).slice(0, MAX_REASON)
  // A wrong password is mended in the settings, after which the message still goes.
  const permanent = code === 'EENVELOPE' || code === 'EMESSAGE' ? (responseCode ?? 500) >= 500 : false
  return { outcome: permanent ? 'rejected' : 'unreachable', reason }
}

/** A server's sentence without the e-mail addresses in it: it goes into logs and lists. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '(address)')
}
