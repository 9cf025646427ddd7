import { DomainError, type ErrorKind, type FieldProblem, invalidInput } from '../../kernel/errors.ts'

/** Field problems that are more than malformed input, with the kind of refusal they make. */
const KIND_OF_PROBLEM: Readonly<Record<string, ErrorKind>> = {
  sku_taken: 'conflict',
  barcode_taken: 'conflict',
  field_fixed: 'rule',
  component_not_stocked: 'rule',
  component_archived: 'rule',
  component_of_kit: 'rule',
}

/** Codes that {@link itemRefusal} can give, besides the kernel's. */
export const ITEM_ERRORS: readonly string[] = Object.keys(KIND_OF_PROBLEM).map((code) => `catalog.${code}`)

/** One refusal with every problem of an item; malformed fields come first, then the first other problem names it. */
export function itemRefusal(problems: readonly FieldProblem[]): DomainError {
  const special = problems.find((problem) => KIND_OF_PROBLEM[problem.code] !== undefined)
  const malformed = problems.some((problem) => KIND_OF_PROBLEM[problem.code] === undefined)
  const kind = special === undefined ? undefined : KIND_OF_PROBLEM[special.code]
  if (special === undefined || kind === undefined || malformed) return invalidInput([...problems])
  return new DomainError(kind, `catalog.${special.code}`, `${special.pointer} ${special.message}.`, { fields: [...problems] })
}

/** Another item has this SKU. */
export function skuTaken(): DomainError {
  return itemRefusal([{ pointer: '/sku', code: 'sku_taken', message: 'belongs to another item; open that one or choose another SKU' }])
}

/** Another item was given this barcode at the same moment. */
export function barcodeTaken(): DomainError {
  return itemRefusal([
    { pointer: '/barcodes', code: 'barcode_taken', message: 'one of the codes was just given to another item; send it again to see which' },
  ])
}

/** A tax class with this code exists. */
export function taxClassTaken(): DomainError {
  return new DomainError('conflict', 'catalog.tax_class_taken', 'There is a tax class with this code; use it or choose another code.', {
    fields: [{ pointer: '/code', code: 'taken', message: 'belongs to another tax class' }],
  })
}
