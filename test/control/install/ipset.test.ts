// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import type { SteeringSet } from '../../../src/control/compile/steering.js'
import { countElements, renderSets } from '../../../src/control/install/ipset.js'
import { layerOf, setsOf } from '../../../src/control/install/layers.js'
import { prefix, prefixColumns } from '../../oracle/addresses.js'

const columns = (text: string) => prefixColumns(text.split(' ').filter(Boolean).map(prefix))
const set = (prefixes: string, exclusions = ''): SteeringSet => ({
  name: 'dynamic',
  prefixes: columns(prefixes),
  exclusions: columns(exclusions),
})
const kernelSets = (...sets: SteeringSet[]) =>
  setsOf([layerOf({ hook: 'forward', overload: 'fail-open', observeRate: 20_000, sets, rules: [] })])
const added = (of: SteeringSet) =>
  renderSets(kernelSets(of))
    .split('\n')
    .filter((line) => line.startsWith('add '))
    .map((line) => line.split(' ').slice(2).join(' '))

t.test('elements', (t) => {
  t.same(added(set('198.51.100.0/24 2001:db8::/32', '198.51.100.64/26')), ['198.51.100.0/24', '198.51.100.64/26 nomatch', '2001:db8::/32'])
  t.same(added(set('0.0.0.0/0 ::/0')), ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'], 'hash:net knows no /0')
  t.same(added(set('0.0.0.0/0', '128.0.0.0/1')), ['0.0.0.0/1', '128.0.0.0/1 nomatch'], 'an element is there once')
  t.same(renderSets(kernelSets(set('', ''))), '', 'no addresses, no set')
  for (const of of [set('0.0.0.0/0', '128.0.0.0/1'), set('198.51.100.0/24', '198.51.100.64/26 198.51.100.0/30')]) {
    t.equal(countElements(kernelSets(of)[0]!), added(of).length)
  }
  t.end()
})

t.test('room', (t) => {
  const room = (count: number) => {
    const ipv4 = Uint32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? 0x0a000000 + at : 31))
    const line = renderSets(kernelSets({ ...set(''), prefixes: { ipv4, ipv6: new Uint32Array() } })).split('\n', 1)[0]
    return line?.replace(/^.*family inet /, '')
  }
  t.equal(room(1), 'hashsize 1024 maxelem 65536')
  t.equal(room(65_537), 'hashsize 32768 maxelem 65537')
  t.equal(room(1_000_000), 'hashsize 262144 maxelem 1000000')
  t.end()
})
