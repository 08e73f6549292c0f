/** Codes of the declared checks; the node answers with the same ones. Never renamed. */
export type CheckCode =
  | 'required'
  | 'wrong_type'
  | 'unknown_field'
  | 'unknown_table'
  | 'not_in_enum'
  | 'too_long'
  | 'out_of_range'
  | 'illegal_move'
  | 'move_not_allowed'
  | 'access_denied'
  | 'ledger_immutable'
  | 'document_delete'
  | 'read_only_field'

/** Why a write breaks a declared rule, and what would be right. */
export interface Objection {
  readonly code: CheckCode
  readonly reason: string
  readonly table: string
  readonly field?: string
  readonly remedy: string
}

/** Thrown by `mutate` before anything is saved. */
export class CheckError extends Error {
  readonly code: CheckCode
  readonly table: string
  readonly field: string | undefined
  readonly remedy: string

  constructor(objection: Objection) {
    super(objection.reason)
    this.name = 'CheckError'
    this.code = objection.code
    this.table = objection.table
    this.field = objection.field
    this.remedy = objection.remedy
  }
}
