import { once } from 'node:events'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import type { Context } from '../../kernel/context.ts'
import { type Database, readOnly } from '../../kernel/database.ts'
import { DomainError, forbidden } from '../../kernel/errors.ts'
import type { Exporter, ExportOptions } from './exporter.ts'
import { exporters } from './exporters.ts'

export const EXPORT_PERMISSION = 'exports.run'

/**
 * The exporter of a kind and format; without a format the kind's first one.
 * @throws `exports.unknown_kind`, `exports.unknown_format` (invalid) naming what there is
 */
export function findExporter(kind: string, format?: string): Exporter {
  const formats = exporters.get(kind)
  if (formats === undefined)
    throw new DomainError(
      'invalid',
      'exports.unknown_kind',
      `There is no export of ${kind}. Choose one of ${[...exporters.keys()].join(', ')}.`,
    )
  const found = formats.get(format ?? [...formats.keys()][0] ?? '')
  if (found === undefined)
    throw new DomainError(
      'invalid',
      'exports.unknown_format',
      `${kind} is not exported as ${format}. Choose one of ${[...formats.keys()].join(', ')}.`,
    )
  return found
}

/**
 * Writes an export to a stream as fast as the stream takes it, from one snapshot of the data, and resolves when all is written.
 * The stream is not ended. A connection of the pool is held meanwhile.
 * @throws `kernel.forbidden`; the stream's own error when it breaks
 */
// oxlint-disable-next-line eslint/max-params -- database, context, exporter and where it goes, and what narrows it
export async function writeExport(
  database: Database,
  ctx: Context,
  exporter: Exporter,
  target: Writable,
  options: ExportOptions = {},
): Promise<void> {
  if (!ctx.may(EXPORT_PERMISSION)) throw forbidden(EXPORT_PERMISSION)
  const gone = new AbortController()
  const leave = (): void => gone.abort(new Error('The reader of the export went away'))
  target.once('close', leave)
  try {
    await readOnly(
      database,
      ctx,
      async (tx) => {
        for await (const text of exporter.write(tx, ctx, options)) {
          gone.signal.throwIfAborted()
          if (!target.write(text)) await once(target, 'drain', { signal: gone.signal })
        }
      },
      'repeatable read',
    )
  } finally {
    target.off('close', leave)
  }
}

/** An export as a stream to read from; an error in the middle breaks the stream, so that no reader takes a part for the whole. */
export function streamExport(database: Database, ctx: Context, exporter: Exporter, options: ExportOptions = {}): Readable {
  const stream = new PassThrough()
  writeExport(database, ctx, exporter, stream, options).then(
    () => stream.end(),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return stream
}
