import { type Branchline, createBranchline } from '@branchline/client'
import {
  BranchlineProvider,
  useComments,
  useConnection,
  useMutate,
  useOutbox,
  useSession,
  useTable,
} from '@branchline/client/react'
import { type FormEvent, useState } from 'react'

/** One for the whole app, made where it starts; also where there is no browser. */
export async function open(url: string): Promise<Branchline> {
  const client = createBranchline({ url })
  await client.start()
  return client
}

export function App({ client }: { client: Branchline }) {
  return (
    <BranchlineProvider client={client}>
      <Line />
      <Goods />
    </BranchlineProvider>
  )
}

/** Who is signed in, whether the node is there, and what it does not have yet. */
export function Line() {
  const session = useSession()
  const connection = useConnection()
  const { waiting, rejected, trouble } = useOutbox()
  return (
    <p>
      {session?.user.name ?? 'Nobody'}, {connection.kind}, {waiting} waiting, {rejected.length} refused
      {trouble && `: ${trouble.message}`}
    </p>
  )
}

/** Stock with the products it is of, the scarcest first, from memory: no request, no loading after the first time. */
export function Goods() {
  const [search, setSearch] = useState('')
  const mutate = useMutate()
  const { rows, loading } = useTable('inventories', {
    with: { product: 'product_id' },
    where: { 'product.status': 'active' },
    sort: 'quantity',
    limit: 50,
  })
  if (loading) return <p>Reading for the first time</p>
  const found = rows.filter(({ product }) => product?.name.toLowerCase().includes(search.toLowerCase()))
  const double = (id: string, price: number) =>
    mutate([{ table: 'products', id, kind: 'update', fields: { price: price * 2 } }])
  return (
    <>
      <input aria-label="Search" value={search} onChange={(event) => setSearch(event.target.value)} />
      <ul>
        {found.map(({ id, quantity, product, $pending }) => (
          <li key={id} style={{ opacity: $pending ? 0.6 : 1 }}>
            {quantity} × {product?.name} at {product?.price}
            {product && (
              <button type="button" onClick={() => void double(product.id, product.price)}>
                Double
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What people say about an order, each word on this device at once. */
export function Talk({ order }: { order: string }) {
  const { comments, add } = useComments('orders', order)
  const say = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void add(String(new FormData(event.currentTarget).get('body')))
    event.currentTarget.reset()
  }
  return (
    <form onSubmit={say}>
      {comments.map((comment) => (
        <p key={comment.id}>
          {String(comment.author_name)}: {String(comment.body)}
        </p>
      ))}
      <input name="body" aria-label="Say something" />
    </form>
  )
}
