import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'

/** Writes one kind of data in one format, as pieces of text (or bytes) of moderate size. Reads only; runs in one snapshot. */
export interface Exporter {
  contentType: string
  /** Of the file's name, without a dot. */
  extension: string
  write(tx: Tx, ctx: Context, options?: ExportOptions): AsyncGenerator<string | Uint8Array>
}

/** What narrows an export; kinds that do not know an option leave it aside. */
export interface ExportOptions {
  /** Code of the channel whose orders (tracking) are written. */
  channel?: string | undefined
  /** Shipped at or after this instant (tracking), ISO 8601. */
  since?: string | undefined
}

/** Rows read at once. */
export const CHUNK_ROWS = 2000

/**
 * Reads a table in chunks by its key: `read` answers at most {@link CHUNK_ROWS} rows after a key (null: from the start), in the key's order.
 */
export async function* readChunks<R, K>(read: (after: K | null) => Promise<R[]>, keyOf: (row: R) => K): AsyncGenerator<R[]> {
  let after: K | null = null
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each chunk begins where the one before ended
    const rows: R[] = await read(after)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    if (rows.length < CHUNK_ROWS) return
    after = keyOf(last)
  }
}
