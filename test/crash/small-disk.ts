import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'

/** A disk of its own that a test can fill. */
export interface SmallDisk {
  readonly folder: string
  /** Takes every free block. */
  fill(): void
  /** Gives back what `fill` took. */
  free(): void
  unmount(): void
}

const CHUNK = Buffer.alloc(256 * 1024)

/**
 * Mounts a file system of a fixed size in memory, which only root may do: another user's test fails with what to do, and is not skipped.
 *
 * @param megabytes its size
 */
export function mountSmallDisk(megabytes: number): SmallDisk {
  if (process.getuid?.() !== 0)
    throw new Error('A full disk is tried on a small file system, and only root may mount one. Run this test as root.')
  const folder = makeTemporaryFolder('disk ')
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder])
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a')
      try {
        // The last chunk is written in part; after it not a byte fits.
        for (;;) writeSync(file, CHUNK)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    // Whoever still has a file open on it keeps it until then.
    unmount: () => void execFileSync('umount', ['--lazy', folder]),
  }
}
