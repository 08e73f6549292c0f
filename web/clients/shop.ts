import type { Person } from './node.ts'

let receipts = 0

/** A sale of one product for cash, and the goods that left. */
export async function sell(cashier: Person): Promise<string> {
  const [product] = await cashier.list('products')
  const sale = await cashier.create('sales', {
    receipt_number: `T${process.pid}-${++receipts}`,
    branch_id: cashier.branchId,
    subtotal: 1000,
    total: 1000,
  })
  await cashier.create('inventory-adjustments', {
    product_id: product?.id,
    branch_id: cashier.branchId,
    kind: 'sale',
    quantity: -1,
    sale_id: sale.id,
  })
  return sale.id as string
}

export async function reprice(manager: Person): Promise<string> {
  const [product] = await manager.list('products')
  await manager.update('products', product?.id, { price: (product?.price as number) + 1 })
  return product?.id as string
}
