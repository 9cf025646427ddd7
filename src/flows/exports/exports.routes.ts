import { Type } from 'typebox'
import { dayIn } from '../../kernel/clock.ts'
import { fileRoute, type Route } from '../../kernel/http/route.ts'
import { exactly } from '../../kernel/schema.ts'
import { exporters } from './exporters.ts'
import { EXPORT_PERMISSION, findExporter, streamExport } from './run-export.ts'

const KINDS = [...exporters.keys()]
const FORMATS = [...new Set([...exporters.values()].flatMap((formats) => [...formats.keys()]))]

/** Downloads of whole tables as files. */
export const exportRoutes: Route[] = [
  fileRoute({
    name: 'exports.download_export',
    summary: 'Download orders, stock, tracking, inventory, movements, receipts or the ledger as a file',
    permission: EXPORT_PERMISSION,
    path: '/v1/exports/:kind',
    tag: 'Exports',
    input: exactly({
      kind: Type.Enum(KINDS),
      format: Type.Optional(Type.Enum(FORMATS)),
      channel: Type.Optional(Type.String({ maxLength: 40 })),
      since: Type.Optional(Type.String({ format: 'date-time' })),
    }),
    contentTypes: ['text/csv', 'text/plain', 'text/tab-separated-values'],
    errors: ['exports.unknown_format'],
    file({ system, ctx, input }) {
      const { kind, format, channel, since } = input as { kind: string; format?: string; channel?: string; since?: string }
      const exporter = findExporter(kind, format)
      const day = dayIn(ctx.org.timeZone, ctx.clock.now())
      return Promise.resolve({
        content: streamExport(system.database, ctx, exporter, { channel, since }),
        contentType: exporter.contentType,
        fileName: `${kind}-${day}.${exporter.extension}`,
      })
    },
  }),
]
