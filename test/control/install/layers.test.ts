// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import type { SteeringPlan, SteeringSet } from '../../../src/control/compile/steering.js'
import { layerOf, setOf, setsOf } from '../../../src/control/install/layers.js'
import { listPrefixes, prefix, prefixColumns, prefixText } from '../../oracle/addresses.js'

const columns = (text: string) => prefixColumns(text.split(' ').filter(Boolean).map(prefix))
const set = (name: string, prefixes: string, exclusions = ''): SteeringSet => ({
  name,
  prefixes: columns(prefixes),
  exclusions: columns(exclusions),
})
const plan = (...sets: SteeringSet[]): SteeringPlan => ({ hook: 'forward', overload: 'fail-open', observeRate: 20_000, sets, rules: [] })
const names = (sets: readonly { name: string }[]) => sets.map(({ name }) => name)
const text = (of: SteeringSet | undefined) => of && listPrefixes(of.prefixes).map(prefixText).join(' ')

t.test('one kernel set a family; sets with the same addresses are taken over', (t) => {
  const first = layerOf(plan(set('a', '198.51.100.0/24 2001:db8::/32', '198.51.100.128/25'), set('b', '203.0.113.0/24')))
  t.same(names(setsOf([first])), ['ipxxb-1-a-4', 'ipxxb-1-a-6', 'ipxxb-1-b-4'])
  const second = layerOf(
    plan(set('a', '198.51.100.0/24 2001:db8::/32'), set('other', '203.0.113.0/24'), set('c', '', '192.0.2.0/24')),
    names(setsOf([first])),
    [first],
  )
  t.same(
    names(setsOf([second])),
    ['ipxxb-2-a-4', 'ipxxb-1-a-6', 'ipxxb-1-b-4'],
    'without the exclusion it is another; a name tells nothing',
  )
  t.same(names(setsOf([layerOf(plan(set('a', '198.51.101.0/24')), ['ipxxb-2-a-4'], [first, second])])), ['ipxxb-3-a-4'])
  t.same(names(setsOf([first, second])), ['ipxxb-1-a-4', 'ipxxb-1-a-6', 'ipxxb-1-b-4', 'ipxxb-2-a-4'], 'each once')
  const rule = { protocol: 'udp', side: 'destination', ports: [[53, 53]], address: 'destination', set: 'other', kind: 'enforce' } as const
  t.equal(setOf(second, rule, 4)?.base.name, 'ipxxb-1-b-4')
  t.equal(setOf(second, rule, 6), undefined)
  t.end()
})

/** Enough to be changed rather than loaded again. */
const many = (count = 5000): SteeringSet => {
  const ipv4 = Uint32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? 0xc6120000 + 8 * at : 30))
  return { name: 'many', prefixes: { ipv4, ipv6: new Uint32Array() }, exclusions: columns('') }
}
const without = ({ prefixes, ...rest }: SteeringSet, count: number): SteeringSet => ({
  ...rest,
  prefixes: { ...prefixes, ipv4: prefixes.ipv4.slice(2 * count) },
})

t.test('a large set that changes by a few stays, and gets small ones beside it', (t) => {
  const first = layerOf(plan(many()))
  const changed = without({ ...many(), exclusions: columns('198.18.0.17/32') }, 1)
  const second = layerOf(plan(changed), names(setsOf([first])), [first])
  t.same(names(setsOf([second])), ['ipxxb-1-many-4', 'ipxxb-3-many-4'])
  t.equal(second.sets[0]?.come, null)
  t.equal(text(second.sets[0]?.gone?.set), '198.18.0.0/30 198.18.0.17/32')

  const third = layerOf(plan(many(5001)), names(setsOf([first, second])), [second])
  t.same(names(setsOf([third])), ['ipxxb-1-many-4', 'ipxxb-5-many-4'], 'the difference is to the large one')
  t.equal(text(third.sets[0]?.come?.set), '198.19.56.128/30')
  t.equal(third.sets[0]?.gone, null)

  const same = layerOf(plan({ ...changed, name: 'again' }), names(setsOf([third])), [second, third])
  t.same(names(setsOf([same])), ['ipxxb-1-many-4', 'ipxxb-3-many-4'], 'the same addresses as a changed one')
  const half = layerOf(plan(without(many(), 2500)), names(setsOf([third])), [third])
  t.same(names(setsOf([half])), ['ipxxb-6-many-4'], 'a difference that is too large')
  t.same(names(setsOf([layerOf(plan({ ...changed, name: 'other' }), [], [first])])), ['ipxxb-1-other-4'], 'another set')
  t.end()
})
