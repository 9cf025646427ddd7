import type { FieldProblem, Problem } from '../api/client.ts'

/**
 * Errors of a form from a problem document: a JSON pointer such as `/lines/0/sku` becomes the form's path `lines.0.sku`.
 * `rename` maps pointers' first parts to fields that are called otherwise in the form; problems of no known field come back in `rest`.
 */
export function formErrors(problem: Problem, known: (path: string) => boolean, rename: Readonly<Record<string, string>> = {}) {
  const errors: Record<string, string> = {}
  const rest: FieldProblem[] = []
  for (const field of problem.fields) {
    const path = pathOf(field.pointer, rename)
    if (known(path)) errors[path] = field.message
    else rest.push(field)
  }
  return { errors, rest }
}

function pathOf(pointer: string, rename: Readonly<Record<string, string>>): string {
  const path = pointer.replace(/^#?\//, '').replaceAll('/', '.')
  const from = Object.keys(rename).find((one) => path === one || path.startsWith(`${one}.`))
  return from === undefined ? path : `${rename[from]}${path.slice(from.length)}`
}
