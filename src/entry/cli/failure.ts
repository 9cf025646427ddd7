import { DomainError, EXIT_CODE } from '../../kernel/errors.ts'
import { problem, problemOf } from '../../kernel/http/index.ts'

export const EXIT_USAGE = 2
/** Our bug (EX_SOFTWARE of sysexits.h). */
const EXIT_BUG = 70

/** Says in one sentence on standard error what went wrong (with `--json` as a problem document); answers the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  if (error instanceof DomainError) {
    const fields = error.fields.map(({ pointer, message }) => `  ${pointer === '' ? 'input' : pointer.slice(1)} ${message}\n`)
    process.stderr.write(json ? `${JSON.stringify(problemOf(error))}\n` : `${error.message}\n${fields.length > 1 ? fields.join('') : ''}`)
    return EXIT_CODE[error.kind]
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    json ? `${JSON.stringify(problem(500, 'kernel.internal_error', stack))}\n` : `Something broke on our side:\n${stack}\n`,
  )
  return EXIT_BUG
}
