import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { type Exporter, exporters } from '../../../flows/file-kinds.ts'
import { DomainError } from '../../../kernel/errors.ts'
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
    .description(`write data out (${[...exporters.keys()].join(', ') || 'no kinds in this build'})`)
    .option('--format <format>', 'csv, hledger …')
    .option('--out <file>', 'a file instead of standard output')
    .option('--org <organization>', 'number or slug, when there are several')
    .action(async (kind: string, { format, out, org }: ExportOptions) => {
      const exporter = chooseExporter(kind, format)
      await withRuntime(async (runtime) => {
        const ctx = await cliContext(runtime, org)
        const target = out === undefined ? process.stdout : createWriteStream(out)
        for await (const piece of exporter({ system: runtime.system, ctx })) {
          if (!target.write(piece)) await once(target, 'drain')
        }
        if (out === undefined) return
        target.end()
        await finished(target)
      })
    })
}

function chooseExporter(kind: string, format: string | undefined): Exporter {
  const formats = exporters.get(kind)
  if (formats === undefined) throw new DomainError('invalid', 'cli.unknown_kind', `There is no export of "${kind}". There are: ${[...exporters.keys()].join(', ') || 'none'}.`)
  const exporter = format === undefined ? formats.values().next().value : formats.get(format)
  if (exporter === undefined) throw new DomainError('invalid', 'cli.unknown_format', `"${kind}" is not written as "${format ?? ''}". There are: ${[...formats.keys()].join(', ')}.`)
  return exporter
}
