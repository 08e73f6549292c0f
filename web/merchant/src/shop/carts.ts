const prefix = 'branchline.cart.'

/** Where the cart of a branch is kept on this device. */
export function cartKey(branchId: string): string {
  return prefix + branchId
}

/** Whether goods lie in a cart of this device, whichever tab shows it: an empty cart is not kept. */
export function hasCart(storage: Pick<Storage, 'length' | 'key'> = localStorage): boolean {
  for (let place = 0; place < storage.length; place++) {
    if (storage.key(place)?.startsWith(prefix)) return true
  }
  return false
}
