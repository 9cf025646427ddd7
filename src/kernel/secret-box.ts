import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { DomainError } from './errors.ts'

/**
 * Keeps secrets of others (SMTP passwords, webhook keys) unreadable in the database and its backups. `purpose` names where a secret
 * belongs and is authenticated with it: a sealed value copied to another row does not open there.
 */
export interface SecretBox {
  seal(text: string, purpose: string): Buffer
  /** @throws `kernel.secret_unreadable` (unavailable) when it was sealed under another secret or for another purpose */
  open(sealed: Uint8Array, purpose: string): string
  /** 32 bytes that follow from the installation's secret and a text: the same every time, unguessable without the secret. */
  derive(purpose: string, text: string): Buffer
}

const FORMAT = 1
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * A box under the installation's secret (TEFTER_SECRET, else the file in the data folder). Keys are derived by HKDF-SHA-256 (RFC 5869),
 * so that neither is the cookie's key. Layout of a sealed value: format (1 byte), nonce (12), tag (16), AES-256-GCM text.
 */
export function createSecretBox(secret: string): SecretBox {
  const keyFor = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `tefter ${use} v1`, 32))
  const sealing = keyFor('secrets at rest')
  const deriving = keyFor('derived tokens')
  return {
    seal(text, purpose) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(purpose))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(FORMAT), iv, cipher.getAuthTag(), body])
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed)
      try {
        if (bytes[0] !== FORMAT) throw new Error(`unknown format ${bytes[0]}`)
        const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new DomainError(
          'unavailable',
          'kernel.secret_unreadable',
          'A stored secret cannot be opened: TEFTER_SECRET is not the one it was saved under. Start with that one again, or enter the secret anew.',
          { cause },
        )
      }
    },
    derive: (purpose, text) => createHmac('sha256', deriving).update(`${purpose}\n${text}`).digest(),
  }
}
