import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { SingleBar } from 'cli-progress'
import type { Command } from 'commander'
import { type ImportReport, importers } from '../../../flows/file-kinds.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { answer, cliContext, type Done, withRuntime } from '../session.ts'

interface ImportOptions {
  format?: string
  preview?: boolean
  skipBad?: boolean
  org?: string
  json?: boolean
}

/** Bad rows that are listed for people; all of them stand in the JSON answer. */
const LISTED_PROBLEMS = 50

/** `tefter import <kind> <file>`: exit 1 when rows are bad. */
export function registerImport(program: Command, done: Done): void {
  program
    .command('import <kind> <file>')
    .description(`take in a file (${[...importers.keys()].join(', ') || 'no kinds in this build'})`)
    .option('--format <format>', 'where it comes from, when it is not our own format')
    .option('--preview', 'check only, write nothing')
    .option('--skip-bad', 'take the good rows in spite of bad ones')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(async (kind: string, file: string, { format, preview, skipBad, org, json }: ImportOptions) => {
      const importFile = importers.get(kind)
      if (importFile === undefined) throw new DomainError('invalid', 'cli.unknown_kind', `There is no import of "${kind}". There are: ${[...importers.keys()].join(', ') || 'none'}.`)
      const path = resolve(file)
      if (!existsSync(path)) throw new DomainError('not_found', 'cli.no_file', `There is no file ${path}.`)
      await withRuntime(async (runtime) => {
        const ctx = await cliContext(runtime, org)
        const bar = new SingleBar({ format: 'import {bar} {value}/{total} rows', stream: process.stderr, noTTYOutput: false, clearOnComplete: true })
        let begun = false
        const onProgress = (rows: number, total: number): void => {
          if (!begun) bar.start(total, rows)
          begun = true
          bar.update(rows)
        }
        const call = { system: runtime.system, ctx, path, format, preview: preview === true, skipBad: skipBad === true }
        const report = await importFile(json === true ? call : { ...call, onProgress }).finally(() => bar.stop())
        answer(json, report, describe(report, call.preview))
        done(report.rows_bad > 0 ? 1 : 0)
      })
    })
}

function describe(report: ImportReport, preview: boolean): string {
  const problems = report.problems.slice(0, LISTED_PROBLEMS).map((problem) => `row ${problem.row}${problem.column === null ? '' : `, ${problem.column}`}: ${problem.message}${problem.fix === undefined ? '' : ` ${problem.fix}`}`)
  const more = report.problems.length > LISTED_PROBLEMS ? [`… and ${report.problems.length - LISTED_PROBLEMS} more (--json lists all)`] : []
  const verb = preview ? 'would be taken in' : 'taken in'
  return [...problems, ...more, `${report.rows_total} rows: ${report.rows_done} ${verb}, ${report.rows_bad} bad.`].join('\n')
}
