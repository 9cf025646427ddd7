import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Sees to it that a program from Debian is there: as root it is installed, otherwise the test fails with the command to run.
 * Never skips: a check that could not be made has failed.
 *
 * @param program what to call
 * @param packageName the Debian package that brings it, when it is named differently
 */
export async function installed(program: string, packageName = program): Promise<void> {
  if (await isThere(program)) return
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packageName}`
  if (process.getuid?.() !== 0) throw new Error(`This test needs ${program}. Run as root: ${command}`)
  try {
    await run('sh', ['-c', command], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 280_000,
      maxBuffer: 16 * 1024 * 1024,
    })
  } catch (cause) {
    throw new Error(`${program} could not be installed. Run as root and see what it says: ${command}`, { cause })
  }
  if (!(await isThere(program))) throw new Error(`The package ${packageName} is installed but ${program} is not on the PATH`)
}

async function isThere(program: string): Promise<boolean> {
  try {
    await run('sh', ['-c', `command -v "$0"`, program])
    return true
  } catch {
    return false
  }
}
