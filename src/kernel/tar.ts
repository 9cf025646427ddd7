/** One entry of a tar archive: a regular file or a folder, with a path relative to the archive. */
export interface TarEntry {
  path: string
  kind: 'file' | 'folder'
  /** In bytes; 0 for a folder. */
  size: number
}

const BLOCK = 512
/** Offsets and lengths in a header, from POSIX.1-1988 (ustar). */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const

/** The header of a file of at most 8 GB; its content follows, then {@link tarPadding}. @throws RangeError for a path of more than 255 bytes */
export function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  const [prefix, name] = splitPath(path)
  header.write(name, FIELD.name[0])
  header.write('0000600\0', FIELD.mode[0])
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, FIELD.size[0])
  header.write('00000000000\0', 136)
  header.write('0', FIELD.type[0])
  header.write('ustar\x0000', FIELD.magic[0], 'latin1')
  header.write(prefix, FIELD.prefix[0])
  header.fill(' ', FIELD.checksum[0], FIELD.checksum[0] + FIELD.checksum[1])
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, FIELD.checksum[0])
  return header
}

/** Zeros that fill a file's last block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

/** What ends an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK)

/** Hears of the entries of an archive in order. */
export interface TarListener {
  entry(entry: TarEntry): Promise<void>
  content(piece: Buffer): Promise<void>
  /** The file that was begun last is whole. */
  end(): Promise<void>
}

/**
 * Reads a tar archive piece by piece; ends of archives in the middle are passed over, so archives may stand one after another.
 * @throws Error for a damaged header, a link or an archive that is cut off
 */
export async function readTar(pieces: AsyncIterable<Buffer>, listener: TarListener): Promise<void> {
  const state: Reading = { rest: Buffer.alloc(0), open: undefined }
  for await (const piece of pieces) {
    state.rest = state.rest.length === 0 ? piece : Buffer.concat([state.rest, piece])
    // oxlint-disable-next-line no-await-in-loop -- one entry after another
    while (await (state.open === undefined ? begin(state, listener) : go(state, state.open, listener)));
  }
  if (state.open !== undefined || state.rest.length > 0) throw new Error('the archive is cut off')
}

interface Open {
  left: number
  padding: number
}

interface Reading {
  /** What came and is not read yet. */
  rest: Buffer
  /** The entry under way. */
  open: Open | undefined
}

/** Reads a header; false when it has not come whole. */
async function begin(state: Reading, listener: TarListener): Promise<boolean> {
  if (state.rest.length < BLOCK) return false
  const header = state.rest.subarray(0, BLOCK)
  state.rest = state.rest.subarray(BLOCK)
  if (header.every((byte) => byte === 0)) return true
  const entry = parseHeader(header)
  await listener.entry(entry)
  state.open = { left: entry.size, padding: tarPadding(entry.size).length }
  return true
}

/** Reads on in an entry; false when more of it must come. */
async function go(state: Reading, open: Open, listener: TarListener): Promise<boolean> {
  const content = state.rest.subarray(0, open.left)
  if (content.length > 0) await listener.content(content)
  open.left -= content.length
  state.rest = state.rest.subarray(content.length)
  if (open.left > 0 || state.rest.length < open.padding) return false
  state.rest = state.rest.subarray(open.padding)
  state.open = undefined
  await listener.end()
  return true
}

function parseHeader(header: Buffer): TarEntry {
  const text = ([from, length]: readonly [number, number]): string =>
    header
      .subarray(from, from + length)
      .toString('utf8')
      .replace(/\0.*$/s, '')
  if (Number.parseInt(text(FIELD.checksum), 8) !== checksumOf(header)) throw new Error('a header of the archive is damaged')
  const type = text(FIELD.type)
  if (type !== '' && type !== '0' && type !== '5')
    throw new Error(`the archive holds an entry of the kind "${type}", which is neither file nor folder`)
  const path = [text(FIELD.prefix), text(FIELD.name)].filter(Boolean).join('/')
  if (path.startsWith('/') || path.split('/').includes('..')) throw new Error(`the path ${path} leads out of the archive`)
  const kind = type === '5' ? 'folder' : 'file'
  return { path: path.replace(/^\.\//, '').replace(/\/$/, ''), kind, size: kind === 'folder' ? 0 : Number.parseInt(text(FIELD.size), 8) }
}

/** Sum of all bytes, with the checksum's own field taken as spaces. */
function checksumOf(header: Buffer): number {
  let sum = 0
  for (const [index, byte] of header.entries())
    sum += index >= FIELD.checksum[0] && index < FIELD.checksum[0] + FIELD.checksum[1] ? 0x20 : byte
  return sum
}

function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= FIELD.name[1]) return ['', path]
  const cut = path.indexOf('/', Math.max(0, path.length - FIELD.name[1] - 1))
  const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)]
  if (cut <= 0 || Buffer.byteLength(prefix) > FIELD.prefix[1] || Buffer.byteLength(name) > FIELD.name[1])
    throw new RangeError(`The path ${path} is too long for a tar archive.`)
  return [prefix, name]
}
