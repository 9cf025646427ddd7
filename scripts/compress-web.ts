import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** Files that shrink; fonts are compressed already. */
const TEXTS = /\.(js|css|html|svg|json)$/
/** Shorter files fit into one packet as they are. Bytes. */
const SHORTEST = 1024

/**
 * Lays a `.br` and a `.gz` beside each text of the built web app, which the server sends to browsers that take them (src/entry/http/web-app.ts).
 * Done once at the build, so with the highest level.
 */
export async function compressWeb(dist: string): Promise<void> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && TEXTS.test(entry.name)).map((entry) => join(entry.parentPath, entry.name))
  await Promise.all(files.map(compressFile))
}

async function compressFile(file: string): Promise<void> {
  const text = await readFile(file)
  if (text.length < SHORTEST) return
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
  await Promise.all([
    toBrotli(text, { params: size }).then((short) => writeFile(`${file}.br`, short)),
    toGzip(text, { level: 9 }).then((short) => writeFile(`${file}.gz`, short)),
  ])
}
