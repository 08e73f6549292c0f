import { expect, it } from 'vitest'
import { changedMeanwhile } from './meanwhile.ts'

const was = { name: 'Rice', price: '12.50', status: 'active' }

it('names the fields that somebody else changed', () => {
  expect(changedMeanwhile(was, { ...was, price: '13.00' }, false)).toEqual(['price'])
  expect(changedMeanwhile(was, { ...was }, false)).toEqual([])
})

it('says nothing of what was changed on this device', () => {
  expect(changedMeanwhile(was, { ...was, status: 'archived' }, true)).toEqual([])
})
