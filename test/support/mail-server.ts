import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll } from 'vitest'

/** A message as the server took it: the envelope's recipients and the whole text with headers. */
export interface ReceivedMail {
  to: string[]
  raw: string
}

/** A real SMTP server on this machine that keeps what it is sent. Read its members in hooks and tests only. */
export interface TestMailServer {
  readonly port: number
  readonly received: ReceivedMail[]
  /** What it answers to the next messages instead of taking them, for instance `{ code: 451, text: 'try later' }`; null takes them again. */
  refuse: { code: number; text: string; at: 'rcpt' | 'data' } | null
}

/** Starts an SMTP server for a test file; sign-in `shop` with password `hunter2`. */
export function useMailServer(): TestMailServer {
  const received: ReceivedMail[] = []
  const state: { refuse: TestMailServer['refuse']; port: number } = { refuse: null, port: 0 }
  const refusal = ({ code, text }: { code: number; text: string }) => Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    allowInsecureAuth: true,
    authOptional: false,
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      if (username === 'shop' && password === 'hunter2') done(null, { user: 'shop' })
      else done(refusal({ code: 535, text: 'wrong password' }))
    },
    onRcptTo(_address, _session, done) {
      done(state.refuse?.at === 'rcpt' ? refusal(state.refuse) : null)
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (state.refuse?.at === 'data') return done(refusal(state.refuse))
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString('utf8') })
        return done(null)
      })
    },
  })
  server.on('error', () => undefined)
  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => {
        const address = listening.address()
        state.port = typeof address === 'object' && address !== null ? address.port : 0
        resolve()
      })
    })
  })
  afterAll(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return {
    get port() {
      return state.port
    },
    received,
    get refuse() {
      return state.refuse
    },
    set refuse(next) {
      state.refuse = next
    },
  }
}
