import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

/** A chunk of Vite's manifest: its file, and the chunks it loads before it runs. */
export interface Chunk {
  file: string
  /** Styles it brings. */
  css?: string[]
  imports?: string[]
}

/** The longest catalog of texts: one language is loaded with the first screen. */
const WORDS = 'src/i18n/sr-Cyrl.json'

/** What a screen may load before it paints, in kilobytes (1000 bytes) of gzipped JavaScript. */
export const BUDGETS: readonly { screen: string; entries: readonly string[]; kilobytes: number }[] = [
  { screen: 'sign-in', entries: ['index.html', WORDS], kilobytes: 250 },
  { screen: 'orders list', entries: ['index.html', WORDS, 'src/office/shell/shell.tsx', 'src/office/orders/index.ts'], kilobytes: 450 },
]

/** Chunks that entries load, each once, those they import included. @throws for an entry the build does not have */
export function chunksOf(manifest: Readonly<Record<string, Chunk>>, entries: readonly string[]): Chunk[] {
  const seen = new Set<string>()
  const visit = (name: string): void => {
    const chunk = manifest[name]
    if (chunk === undefined) throw new Error(`The build has no chunk ${name}; name the entry of the screen in scripts/web-budget.ts.`)
    if (seen.has(name)) return
    seen.add(name)
    for (const one of chunk.imports ?? []) visit(one)
  }
  for (const entry of entries) visit(entry)
  return [...seen].flatMap((name) => manifest[name] ?? [])
}

/** Script files that entries load, each once, those they import included. */
export function filesOf(manifest: Readonly<Record<string, Chunk>>, entries: readonly string[]): string[] {
  return [...new Set(chunksOf(manifest, entries).map(({ file }) => file))].filter((file) => file.endsWith('.js'))
}

/** Weighs the built screens; answers the sentences of those that are too heavy and prints all. */
export async function weighScreens(dist: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(join(dist, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const tooHeavy: string[] = []
  for (const { screen, entries, kilobytes } of BUDGETS) {
    // oxlint-disable-next-line no-await-in-loop -- two screens, one after the other
    const sizes = await Promise.all(
      filesOf(manifest, entries).map(async (file) => (await compress(await readFile(join(dist, file)))).length),
    )
    const total = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1000)
    const sentence = `${screen}: ${total} kB of compressed JavaScript, ${kilobytes} kB allowed`
    console.log(sentence)
    if (total > kilobytes) tooHeavy.push(sentence)
  }
  return tooHeavy
}
