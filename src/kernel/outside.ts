import { DomainError } from './errors.ts'
import type { SecretBox } from './secret-box.ts'

/** What reaching the outside world needs, from the settings. */
export interface Outside {
  secrets: SecretBox
  /** Where people reach this installation, without a slash at the end. */
  publicUrl: string
  /** Networks (CIDR) that requests of ours may reach although they are private or this machine's own. */
  allowedNetworks: readonly string[]
}

/** The outside of a system. @throws `kernel.no_outside` (unavailable) in a process that was started without one */
export function outsideOf(system: { outside?: Outside | undefined }): Outside {
  if (system.outside !== undefined) return system.outside
  throw new DomainError(
    'unavailable',
    'kernel.no_outside',
    'This process has no secret to work with. Start it with TEFTER_SECRET or a data folder.',
  )
}
