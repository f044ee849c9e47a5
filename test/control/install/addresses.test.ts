// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { ipv4Text, ipv6Text, written } from '../../../src/control/install/addresses.js'
import { prefix, prefixColumns } from '../../oracle/addresses.js'

const IPV4 = ['0.0.0.0/0', '198.51.100.0/24', '255.255.255.255/32', '128.0.0.0/1', '192.0.2.1/32']
/** As RFC 5952 section 4 writes them. */
const IPV6 = [
  '::/0',
  '8000::/1',
  '::1/128',
  '1::/16',
  '2001:db8:100::/40',
  '2001:db8:0:1:1:1:1:1/128',
  '2001:0:0:1::/64',
  '2001:db8::1:0:0:1/128',
  'fe80::ffff:ffff:ffff:ffff/128',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
  '0:1:2:3:4:5:6:0/112',
]

t.test('IPv4', (t) => {
  const { ipv4 } = prefixColumns(IPV4.map(prefix))
  for (const [index, text] of IPV4.entries()) t.equal(ipv4Text(ipv4, 2 * index), text)
  t.end()
})

t.test('IPv6', (t) => {
  const { ipv6 } = prefixColumns(IPV6.map(prefix))
  for (const [index, text] of IPV6.entries()) t.equal(ipv6Text(ipv6, 5 * index), text)
  t.end()
})

t.test('many in one text, however many pages they fill', (t) => {
  for (const count of [0, 1, 2, 4095, 4096, 4097, 12_288, 12_289]) {
    const texts = Array.from({ length: count }, (_, index) => `${index}`)
    t.equal(
      written(count, (index) => texts[index] as string, ', '),
      texts.join(', '),
      `${count}`,
    )
  }
  t.end()
})
