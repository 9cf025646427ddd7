import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Chunk, chunksOf } from './web-budget.ts'

const SHELL = 'src/office/shell/shell.tsx'

/** The pages that people begin with: module by the first word of the address, as `warmUp` of web/src/router.tsx has them. */
export const FIRST_PAGES: Readonly<Record<string, string>> = {
  '': 'src/office/home/index.ts',
  orders: 'src/office/orders/index.ts',
  shipments: 'src/office/fulfillment/index.ts',
  fulfillment: 'src/office/fulfillment/index.ts',
  stock: 'src/office/stock/index.ts',
  items: 'src/office/catalog/index.ts',
}

/**
 * Files that the frame and a page load besides those index.html names itself, by the first word of the address. Paths begin with `/`.
 * @throws when the build has no chunk of a page
 */
export function preloadsOf(manifest: Readonly<Record<string, Chunk>>): Record<string, string[]> {
  const named = new Set(filesOfAll(manifest, ['index.html']))
  const rest = (page: string): string[] => filesOfAll(manifest, [SHELL, page]).filter((file) => !named.has(file))
  return Object.fromEntries(Object.entries(FIRST_PAGES).map(([word, page]) => [word, rest(page).map((file) => `/${file}`)]))
}

function filesOfAll(manifest: Readonly<Record<string, Chunk>>, entries: readonly string[]): string[] {
  return [...new Set(chunksOf(manifest, entries).flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])]))]
}

/** Writes `.vite/preloads.json` into the built web app; the server turns it into Link headers of the start page. */
export async function writePreloads(dist: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(dist, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>
  await writeFile(join(dist, '.vite', 'preloads.json'), JSON.stringify(preloadsOf(manifest)))
}
