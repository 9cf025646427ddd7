import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { exporters, findExporter, writeExport } from '../../../flows/exports/index.ts'
import { cliContext, withRuntime } from '../session.ts'

interface ExportOptions {
  format?: string
  channel?: string
  since?: string
  out?: string
  org?: string
}

/** `tefter export <kind>`: to standard output, or a file. */
export function registerExport(program: Command): void {
  program
    .command('export <kind>')
    .description(`write data out: ${[...exporters.keys()].join(', ')}`)
    .option('--format <format>', 'csv; hledger for the ledger; shopify, amazon, woocommerce or ebay for tracking and inventory')
    .option('--channel <code>', 'orders of one channel only (tracking)')
    .option('--since <instant>', 'shipped since, such as 2026-11-20T00:00:00Z (tracking)')
    .option('--out <file>', 'a file instead of standard output')
    .option('--org <organization>', 'number or slug, when there are several')
    .action(async (kind: string, { format, channel, since, out, org }: ExportOptions) => {
      const exporter = findExporter(kind, format)
      await withRuntime(async (runtime) => {
        const ctx = await cliContext(runtime, org)
        const target = out === undefined ? process.stdout : createWriteStream(out)
        await writeExport(runtime.system.database, ctx, exporter, target, { channel, since })
        if (out === undefined) return
        target.end()
        await finished(target)
      })
    })
}
