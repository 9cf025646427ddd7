import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { importFile } from '../../../flows/imports/import-file.ts'
import type { ImportRun } from '../../../flows/imports/import-run.ts'
import { importers } from '../../../flows/imports/importers.ts'
import { DomainError } from '../../../kernel/errors.ts'
import { answer, cliContext, type Done, withRuntime } from '../session.ts'

interface ImportOptions {
  format?: string
  channel?: string
  encoding?: string
  preview?: boolean
  skipBad?: boolean
  org?: string
  json?: boolean
}

/** Bad rows that are listed for people; the JSON answer has more. */
const LISTED_PROBLEMS = 50

/** `tefter import <kind> <file>`: exit 1 when rows are bad. */
export function registerImport(program: Command, done: Done): void {
  program
    .command('import <kind> <file>')
    .description(`take in a file: ${[...importers.keys()].join(', ')}`)
    .option('--format <format>', 'where it comes from, when it is not our own format')
    .option('--channel <code>', "the channel that a shop's or marketplace's own file belongs to")
    .option('--encoding <name>', 'such as windows-1250, when it is not found out')
    .option('--preview', 'check only, write nothing')
    .option('--skip-bad', 'take the good rows in spite of bad ones')
    .option('--org <organization>', 'number or slug, when there are several')
    .option('--json', 'answer as JSON')
    .action(async (kind: string, file: string, { format, channel, encoding, preview, skipBad, org, json }: ImportOptions) => {
      if (![...importers.keys()].some((known) => known === kind)) {
        throw new DomainError(
          'invalid',
          'cli.unknown_kind',
          `There is no import of "${kind}". There are: ${[...importers.keys()].join(', ')}.`,
        )
      }
      const path = resolve(file)
      if (!existsSync(path)) throw new DomainError('not_found', 'cli.no_file', `There is no file ${path}.`)
      await withRuntime(async (runtime) => {
        const run = await importFile(runtime.system, await cliContext(runtime, org), {
          kind,
          format,
          encoding,
          settings: channel === undefined ? {} : { constants: { channel } },
          fileName: basename(path),
          content: await readFile(path),
          preview: preview === true,
          skipBad: skipBad === true,
          onProgress: json === true || !process.stderr.isTTY ? undefined : (rows) => process.stderr.write(`\r${rows} rows `),
        })
        answer(json, run, describe(run))
        done(run.rows_bad > 0 || run.status === 'failed' ? 1 : 0)
      })
    })
}

function describe(run: ImportRun): string {
  const problems = run.problems.slice(0, LISTED_PROBLEMS).map(({ row, column, message, fix }) => {
    const place = [row === null ? 'file' : `row ${row}`, ...(column === null ? [] : [column])].join(', ')
    return `${place}: ${message}${fix === null ? '' : `; ${fix}`}`
  })
  const more = run.problem_count > problems.length ? [`… and ${run.problem_count - problems.length} more (--json lists them)`] : []
  return [
    ...problems,
    ...more,
    ...describeClasses(run.totals['classes']),
    `${run.rows_total} rows: ${run.rows_done} written, ${run.rows_bad} bad. The import is ${run.status}.`,
  ].join('\n')
}

/** Rows and value by class, where the format sorts rows into classes. */
function describeClasses(classes: unknown): string[] {
  if (typeof classes !== 'object' || classes === null) return []
  const byRows = Object.entries(classes as Record<string, { rows: number; value: string }>).toSorted(
    ([a, x], [b, y]) => Number(a === 'total') - Number(b === 'total') || y.rows - x.rows,
  )
  return byRows.map(([name, { rows, value }]) => `${name.padEnd(12)} ${String(rows).padStart(8)} rows ${value.padStart(16)}`)
}
