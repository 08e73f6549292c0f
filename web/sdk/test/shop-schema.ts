import type { CompiledSchema } from '../src/index.ts'

const everybody = { read: ['*'], create: ['*'], update: ['*'], delete: ['*'] }

/** A shop small enough for tests: products and stock for everyone, orders and sales by branch. */
export const shopSchema: CompiledSchema = {
  hash: 'shop-1',
  tables: {
    products: {
      title: 'name',
      scope: { kind: 'everyone', field: null },
      fields: {
        name: { type: 'text', required: true, search: true },
        barcode: { type: 'text', search: true },
        price: { type: 'money', required: true, min: 0 },
        status: { type: 'enum', values: ['active', 'archived'], default: 'active' },
      },
      access: everybody,
    },
    inventories: {
      scope: { kind: 'everyone', field: null },
      fields: {
        product_id: { type: 'ref', table: 'products', required: true },
        quantity: {
          type: 'integer',
          sum: {
            ledger: 'inventory_adjustments',
            field: 'quantity',
            match: { product_id: 'product_id' },
            count: { field: 'kind', value: 'count' },
          },
        },
      },
      access: everybody,
    },
    inventory_adjustments: {
      kind: 'ledger',
      scope: { kind: 'everyone', field: null },
      fields: {
        product_id: { type: 'ref', table: 'products', required: true },
        kind: { type: 'enum', values: ['sale', 'count'], default: 'sale' },
        quantity: { type: 'integer', required: true },
      },
      access: everybody,
    },
    sales: {
      document: true,
      scope: { kind: 'branch', field: 'branch_id' },
      fields: {
        receipt_number: { type: 'text', required: true },
        branch_id: { type: 'ref', required: true },
        total: { type: 'money', required: true },
      },
      access: everybody,
    },
    orders: {
      scope: { kind: 'branch', field: 'branch_id' },
      fields: {
        branch_id: { type: 'ref', required: true },
        status: { type: 'enum', values: ['draft', 'paid', 'released'], default: 'draft' },
      },
      access: everybody,
      workflow: {
        field: 'status',
        start: 'draft',
        moves: [
          { from: ['draft'], to: 'paid', roles: ['cashier'] },
          { from: ['paid'], to: 'released', roles: ['releasing'] },
        ],
      },
    },
    comments: {
      scope: { kind: 'branch', field: 'branch_id' },
      fields: {
        branch_id: { type: 'ref', required: true },
        subject_table: { type: 'text', required: true },
        subject_id: { type: 'text', required: true },
        author_id: { type: 'text' },
        author_name: { type: 'text' },
        body: { type: 'text', required: true },
      },
      access: everybody,
    },
  },
}
