export * from './protocol/messages.ts'
export * from './protocol/schema.ts'
export type { Fields, FieldType, JsonValue, Value } from './protocol/values.ts'
