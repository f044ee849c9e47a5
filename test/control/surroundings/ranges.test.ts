// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses in rules: read right or not at all, and met with prefixes.

import t from 'tap'
import { parseRange, touches } from '../../../src/control/surroundings/ranges.js'

t.test('read', async (t) => {
  t.same(parseRange('198.51.100.0/24'), { family: 4, first: 0xc6336400n, last: 0xc63364ffn })
  t.same(parseRange('198.51.100.77/24'), { family: 4, first: 0xc6336400n, last: 0xc63364ffn }, 'host bits do not count')
  t.same(parseRange('192.0.2.1'), { family: 4, first: 0xc0000201n, last: 0xc0000201n })
  t.same(parseRange('0.0.0.0/0'), { family: 4, first: 0n, last: 0xffffffffn })
  t.same(parseRange('192.0.2.1-192.0.2.7'), { family: 4, first: 0xc0000201n, last: 0xc0000207n })
  t.same(parseRange('::'), { family: 6, first: 0n, last: 0n })
  t.same(parseRange('::1'), { family: 6, first: 1n, last: 1n })
  t.same(parseRange('2001:db8::/32'), { family: 6, first: 0x20010db8n << 96n, last: (0x20010db9n << 96n) - 1n })
  t.same(parseRange('1:2:3:4:5:6:7:8'), {
    family: 6,
    first: 0x00010002000300040005000600070008n,
    last: 0x00010002000300040005000600070008n,
  })
})

t.test('not understood', async (t) => {
  for (const text of [
    '',
    '@set',
    '10.0.0.1/255.0.0.255',
    '10.0.0.0/33',
    '1.2.3',
    '1.2.3.256',
    '::1/129',
    '1::2::3',
    '1:2:3',
    '1:2:3:4:5:6:7:8::',
    '::g',
    '::ffff:192.0.2.1',
    '192.0.2.7-192.0.2.1',
    '192.0.2.1-::1',
    '192.0.2.1-',
    '1.2.3.4-1.2.3.5-1.2.3.6',
  ]) {
    t.equal(parseRange(text), null, `\`${text}\``)
  }
})

t.test('met with prefixes', async (t) => {
  const prefixes = { ipv4: Uint32Array.of(0xc0000200, 30, 0xc6336400, 24), ipv6: Uint32Array.of(0x20010db8, 0x01000000, 0, 0, 40) }
  const met = (text: string) => {
    const range = parseRange(text)
    return range !== null && touches(range, prefixes)
  }
  for (const text of [
    '198.51.100.0/24',
    '198.51.100.255',
    '198.51.0.0/16',
    '192.0.2.3-192.0.2.9',
    '192.0.1.0-192.0.2.0',
    '2001:db8:1ff:ffff::',
    '::/0',
  ]) {
    t.equal(met(text), true, text)
  }
  for (const text of ['198.51.99.255', '198.51.101.0', '192.0.2.4', '10.0.0.0/8', '2001:db8:200::', '2001:db8:ff::/48'])
    t.equal(met(text), false, text)
  t.equal(touches({ family: 6, first: 0xc0000200n, last: 0xc0000200n }, prefixes), false, 'one family is never taken for the other')
})
