// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import type { SteeringSet } from '../../../src/control/compile/steering.js'
import { freeGeneration, isOurSet, renderSets, setName } from '../../../src/control/install/ipset.js'
import { prefix, prefixColumns } from '../../oracle/addresses.js'

const columns = (text: string) => prefixColumns(text.split(' ').filter(Boolean).map(prefix))
const set = (prefixes: string, exclusions = ''): SteeringSet => ({
  name: 'dynamic',
  prefixes: columns(prefixes),
  exclusions: columns(exclusions),
})
const added = (of: SteeringSet) =>
  renderSets([of], 1)
    .split('\n')
    .filter((line) => line.startsWith('add '))
    .map((line) => line.split(' ').slice(2).join(' '))

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

t.test('elements', (t) => {
  t.same(added(set('198.51.100.0/24 2001:db8::/32', '198.51.100.64/26')), ['198.51.100.0/24', '198.51.100.64/26 nomatch', '2001:db8::/32'])
  t.same(added(set('0.0.0.0/0 ::/0')), ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'], 'hash:net knows no /0')
  t.same(added(set('0.0.0.0/0', '128.0.0.0/1')), ['0.0.0.0/1', '128.0.0.0/1 nomatch'], 'an element is there once')
  t.same(renderSets([set('', '')], 1), '', 'no addresses, no set')
  t.end()
})

t.test('room', (t) => {
  const room = (count: number) => {
    const ipv4 = Uint32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? 0x0a000000 + at : 31))
    const line = renderSets([{ ...set(''), prefixes: { ipv4, ipv6: new Uint32Array() } }], 1).split('\n', 1)[0]
    return line?.replace(/^.*family inet /, '')
  }
  t.equal(room(1), 'hashsize 1024 maxelem 65536')
  t.equal(room(65_537), 'hashsize 32768 maxelem 65537')
  t.equal(room(1_000_000), 'hashsize 262144 maxelem 1000000')
  t.end()
})
