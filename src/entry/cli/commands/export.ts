import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { exporters, findExporter, writeExport } from '../../../flows/exports/index.ts'
import { cliContext, withRuntime } from '../session.ts'

interface ExportOptions {
  format?: string
  out?: string
  org?: string
}

/** `tefter export <kind>`: to standard output, or a file. */
export function registerExport(program: Command): void {
  program
    .command('export <kind>')
    .description(`write data out: ${[...exporters.keys()].join(', ')}`)
    .option('--format <format>', 'csv, or hledger for the ledger')
    .option('--out <file>', 'a file instead of standard output')
    .option('--org <organization>', 'number or slug, when there are several')
    .action(async (kind: string, { format, out, org }: ExportOptions) => {
      const exporter = findExporter(kind, format)
      await withRuntime(async (runtime) => {
        const ctx = await cliContext(runtime, org)
        const target = out === undefined ? process.stdout : createWriteStream(out)
        await writeExport(runtime.system.database, ctx, exporter, target)
        if (out === undefined) return
        target.end()
        await finished(target)
      })
    })
}
