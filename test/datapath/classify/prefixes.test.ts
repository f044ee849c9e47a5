// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { SOURCE } from '../../../src/contract/fields.js'
import { GROUP_ENTRIES, type Image, POINTER } from '../../../src/contract/image.js'
import { classOfIpv4, classOfIpv6 } from '../../../src/datapath/classify/prefixes.js'
import { addressBytes, buildImage } from '../image-builder.js'

const IMAGE = buildImage({
  prefixes: [
    ['128.0.0.0/1', 1],
    ['192.0.2.0/24', 2],
    ['192.0.2.128/25', 3],
    ['192.0.2.200/32', 4],
    ['255.255.255.255/32', 5],
    ['8000::/1', 6],
    ['2001:db8::/32', 7],
    ['2001:db8:ff00::/40', 8],
    ['2001:db8:ff00::/41', 9],
    ['2001:db8::1/128', 10],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128', 11],
  ],
})

function classOf(address: string): number {
  const fields = new Uint32Array(32).fill(0xffffffff)
  const bytes = addressBytes(address)
  for (let at = 0; at < bytes.length; at += 4) {
    fields[SOURCE + at / 4] = bytes.slice(at, at + 4).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  return bytes.length === 4 ? classOfIpv4(IMAGE, fields, SOURCE) : classOfIpv6(IMAGE, fields, SOURCE)
}

t.test('IPv4: the longest prefix, at its edges', (t) => {
  const expected: Record<string, number> = {
    '0.0.0.0': 0,
    '127.255.255.255': 0,
    '128.0.0.0': 1,
    '192.0.1.255': 1,
    '192.0.2.0': 2,
    '192.0.2.127': 2,
    '192.0.2.128': 3,
    '192.0.2.199': 3,
    '192.0.2.200': 4,
    '192.0.2.201': 3,
    '192.0.3.0': 1,
    '255.255.255.254': 1,
    '255.255.255.255': 5,
  }
  for (const [address, expectedClass] of Object.entries(expected)) t.equal(classOf(address), expectedClass, address)
  t.end()
})

t.test('IPv6: the longest prefix, at its edges', (t) => {
  const expected: Record<string, number> = {
    '::': 0,
    '7fff:ffff::': 0,
    '8000::': 6,
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff': 0,
    '2001:db8::': 7,
    '2001:db8::1': 10,
    '2001:db8::2': 7,
    '2001:db8:feff:ffff:ffff:ffff:ffff:ffff': 7,
    '2001:db8:ff00::': 9,
    '2001:db8:ff7f:ffff::': 9,
    '2001:db8:ff80::': 8,
    '2001:db9::': 0,
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe': 6,
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff': 11,
  }
  for (const [address, expectedClass] of Object.entries(expected)) t.equal(classOf(address), expectedClass, address)
  t.end()
})

t.test('a trie that points to itself ends with the address', (t) => {
  const loop: Image = { ...IMAGE, ipv6Root: new Uint32Array(65536).fill(POINTER), ipv6Nodes: new Uint32Array(GROUP_ENTRIES).fill(POINTER) }
  t.equal(classOfIpv6(loop, new Uint32Array(32), SOURCE), POINTER)
  t.end()
})
