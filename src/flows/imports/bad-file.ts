/** A file that cannot be read as a whole: whatever it holds, nothing of it is written, not even with `skip_bad`. */
export class BadFile extends Error {
  /** `file.reason` */
  readonly code: string
  readonly fix: string
  /** Row as a spreadsheet counts, when the fault has a place. */
  readonly row: number | null

  constructor(code: string, message: string, fix: string, row: number | null = null) {
    super(message)
    this.name = 'BadFile'
    this.code = code
    this.fix = fix
    this.row = row
  }
}
