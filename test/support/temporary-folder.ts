import { chmodSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

/**
 * Makes an empty folder for a test. Everybody may enter it, so PostgreSQL run by another user can too. The end of
 * the run removes it, also after an interruption, together with every PostgreSQL that runs in it.
 *
 * @param name begins the folder's name; the default has a space, because users' paths have spaces
 */
export function makeTemporaryFolder(name = 'test folder '): string {
  const folder = mkdtempSync(join(inject('testServer').folder, name))
  chmodSync(folder, 0o755)
  return folder
}
