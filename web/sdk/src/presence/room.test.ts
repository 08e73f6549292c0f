import { expect, it, vi } from 'vitest'
import { Room } from './room.ts'

const info = (name: string) => ({ name, role: 'cashier' })
const names = (room: Room) => room.members.map(({ name }) => name)

it('shows whoever the node says is there, by name', () => {
  const room = new Room()
  room.hear('pusher_internal:subscription_succeeded', {
    presence: { ids: ['2', '1'], hash: { '2': info('Zoe'), '1': info('Ada') }, count: 2 },
  })
  expect(room.members).toEqual([
    { id: '1', name: 'Ada', role: 'cashier' },
    { id: '2', name: 'Zoe', role: 'cashier' },
  ])
})

it('follows who comes and goes, each once', () => {
  const room = new Room()
  const told = vi.fn()
  room.listeners.add(told)
  room.hear('pusher_internal:member_added', { user_id: '1', user_info: info('Ada') })
  room.hear('pusher_internal:member_added', { user_id: '1', user_info: info('Ada') })
  room.hear('pusher_internal:member_added', { user_id: '2', user_info: info('Bob') })
  expect(names(room)).toEqual(['Ada', 'Bob'])
  room.hear('pusher_internal:member_removed', { user_id: '1' })
  expect(names(room)).toEqual(['Bob'])
  expect(told).toHaveBeenCalledTimes(3)
})

it('a new roster takes the place of what was known before', () => {
  const room = new Room()
  room.hear('pusher_internal:member_added', { user_id: '1', user_info: info('Ghost') })
  room.hear('pusher_internal:subscription_succeeded', {
    presence: { ids: ['2'], hash: { '2': info('Bob') }, count: 1 },
  })
  expect(names(room)).toEqual(['Bob'])
  room.forget()
  expect(room.members).toEqual([])
})
