import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

/** Folders that hold source of ours; a missing one (no benchmarks yet) counts as empty. */
export const SOURCE_FOLDERS = ['src', 'test', 'scripts', 'bench', 'web/src']

/** Every TypeScript file below the given folders, as sorted paths from the project's root. */
export async function listSourceFiles(folders: readonly string[] = SOURCE_FOLDERS): Promise<string[]> {
  const lists = await Promise.all(folders.map((folder) => listFiles(folder)))
  return lists.flat().toSorted()
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}
