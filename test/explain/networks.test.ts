// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { parseAddress } from '../../src/control/policy/prefixes.js'
import { firstAddresses, longestAround, networkAround, type Words } from '../../src/explain/networks.js'
import { network } from '../property/policies.js'

const at = (text: string): Words => parseAddress(text) as Words
const NETWORKS = [
  network('all', '0.0.0.0/0 ::/0'),
  network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true }),
  network('one', '198.51.100.7/32 2001:db8:100::7/128 2001:db8:100::/65'),
]

t.test('the longest prefix wins, whichever network has it', (t) => {
  const found = (text: string) => {
    const match = networkAround(NETWORKS, at(text))
    return match && [match.network, match.prefix.length]
  }
  t.strictSame(found('198.51.100.7'), [2, 32])
  t.strictSame(found('198.51.100.8'), [1, 24])
  t.strictSame(found('198.51.101.7'), [0, 0])
  t.strictSame(found('2001:db8:100::7'), [2, 128])
  t.strictSame(found('2001:db8:100::8'), [2, 65])
  t.strictSame(found('2001:db8:100:0:8000::'), [1, 40])
  t.strictSame(found('ffff::'), [0, 0])
  t.equal(networkAround([], at('192.0.2.1')), null)
  t.equal(networkAround([network('six', '::/0')], at('192.0.2.1')), null, 'families do not mix')
  t.end()
})

t.test('the prefix itself, without the bits behind it', (t) => {
  t.strictSame(longestAround(NETWORKS[1]!.prefixes, at('198.51.100.255')), { words: [0xc6336400], length: 24 })
  t.strictSame(longestAround(NETWORKS[0]!.prefixes, at('255.0.0.1')), { words: [0], length: 0 })
  t.strictSame(longestAround(NETWORKS[1]!.prefixes, at('2001:db8:1ff::1')), { words: [0x20010db8, 0x01000000, 0, 0], length: 40 })
  t.end()
})

t.test('addresses to stand for a customer', (t) => {
  const { prefixes } = network('n', '198.51.100.0/24 198.51.100.7/32 192.0.2.0/31 2001:db8::/64')
  t.strictSame(firstAddresses(prefixes, 4, 16), [[0xc6336401], [0xc6336407], [0xc0000200]])
  t.strictSame(firstAddresses(prefixes, 4, 1), [[0xc6336401]])
  t.strictSame(firstAddresses(prefixes, 6, 16), [[0x20010db8, 0, 0, 1]])
  t.end()
})
