// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import type { SteeringPlan, SteeringSet } from '../../../src/control/compile/steering.js'
import { freeGeneration, isOurSet, layerOf, setName, setOf, setsOf } from '../../../src/control/install/sets.js'
import { prefix, prefixColumns } from '../../oracle/addresses.js'

t.test('names', (t) => {
  t.equal(setName(999_999, { name: 'abcdefghijklmnop' }, 6).length, 31, 'the kernel takes 31 bytes')
  t.ok(isOurSet('ipxxb-12-dynamic-4'))
  for (const foreign of [
    '',
    'ipxxb',
    'ipxxb-dynamic-4',
    'ipxxb-1-dynamic',
    'my-ipxxb-1-dynamic-4',
    'ipxxb-1-Dynamic-4',
    'ipxxb-1234567-a-4',
  ]) {
    t.notOk(isOurSet(foreign), foreign)
  }
  t.end()
})

t.test('generations', (t) => {
  t.equal(freeGeneration([]), 1)
  t.equal(freeGeneration(['ipxxb-4-a-4', 'ipxxb-7-a-6', 'other']), 8)
  t.equal(freeGeneration(['ipxxb-999999-a-4']), 0, 'numbers begin again')
  t.equal(freeGeneration(['ipxxb-999999-a-4', 'ipxxb-0-a-4', 'ipxxb-1-b-6']), 2)
  t.end()
})

const columns = (text: string) => prefixColumns(text.split(' ').filter(Boolean).map(prefix))
const set = (name: string, prefixes: string, exclusions = ''): SteeringSet => ({
  name,
  prefixes: columns(prefixes),
  exclusions: columns(exclusions),
})
const plan = (...sets: SteeringSet[]): SteeringPlan => ({ hook: 'forward', overload: 'fail-open', sets, rules: [] })
const names = (sets: readonly { name: string }[]) => sets.map(({ name }) => name)

t.test('a layer has one kernel set a family, and takes over those with the same addresses', (t) => {
  const first = layerOf(plan(set('a', '198.51.100.0/24 2001:db8::/32', '198.51.100.128/25'), set('b', '203.0.113.0/24')), 1)
  t.same(names(first.sets), ['ipxxb-1-a-4', 'ipxxb-1-a-6', 'ipxxb-1-b-4'])
  const second = layerOf(plan(set('a', '198.51.100.0/24 2001:db8::/32'), set('other', '203.0.113.0/24'), set('c', '', '192.0.2.0/24')), 2, [
    first,
  ])
  t.same(names(second.sets), ['ipxxb-2-a-4', 'ipxxb-1-a-6', 'ipxxb-1-b-4'], 'without the exclusion it is another; a name tells nothing')
  t.same(names(layerOf(plan(set('a', '198.51.101.0/24')), 3, [first, second]).sets), ['ipxxb-3-a-4'])
  t.same(names(setsOf([first, second])), ['ipxxb-1-a-4', 'ipxxb-1-a-6', 'ipxxb-1-b-4', 'ipxxb-2-a-4'], 'each once')
  const rule = { protocol: 'udp', side: 'destination', ports: [[53, 53]], address: 'destination', set: 'other', kind: 'enforce' } as const
  t.equal(setOf(second, rule, 4)?.name, 'ipxxb-1-b-4')
  t.equal(setOf(second, rule, 6), undefined)
  t.end()
})
