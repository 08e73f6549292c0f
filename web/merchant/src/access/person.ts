/** Who may sign in, as the server tells it. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: string
  readonly branches: readonly string[]
  readonly disabled: boolean
}

/** A person as the form holds them. */
export interface PersonDraft {
  name: string
  email: string
  role: string
  branches: string[]
  password: string
}
