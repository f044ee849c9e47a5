// SPDX-License-Identifier: GPL-2.0-or-later
// Networks one by one.

import t from 'tap'
import { MAX_NETWORKS } from '../../../src/control/policy/networks.js'
import { loadText } from './cases.js'

const load = (networks: string) => loadText(`version: 1\ninterfaces: { outside: [a] }\nnetworks: ${networks}\n`)
const codes = (networks: string) => load(networks).diagnostics.map(({ code }) => code)

t.test('prefixes inline and from a file', (t) => {
  const { policy } = load('{ a: { prefixes: [192.0.2.0/24] }, b: { prefixes: { file: files/static.txt } } }')
  t.strictSame([...(policy?.networks[0]?.prefixes.ipv4 ?? [])], [0xc0000200, 24])
  t.strictSame([...(policy?.networks[1]?.prefixes.ipv4 ?? [])], [0xcb007100, 25, 0xcb007180, 26])
  t.strictSame([...(policy?.networks[1]?.prefixes.ipv6 ?? [])], [0x20010db8, 0x02000000, 0, 0, 40])
  t.end()
})

t.test('faults', (t) => {
  t.strictSame(codes('{ any: { prefixes: [192.0.2.0/24] } }'), ['reserved-name'])
  t.strictSame(codes('{ a: { prefixes: [] } }'), ['empty-network'])
  t.strictSame(codes('{ a: { prefixes: { file: files/comments.txt } } }'), ['empty-network'])
  t.strictSame(codes('{ a: { prefixes: { file: files/missing.txt } } }'), ['unreadable-file'], 'and not empty too')
  t.strictSame(codes('{ a: { prefixes: [192.0.2.0] } }'), ['bad-prefix'], 'and not empty too')
  t.strictSame(codes('{ a: { prefixes: [5] } }'), ['wrong-type'], 'and not empty too')
  t.end()
})

t.test('more networks than we take', (t) => {
  const many = (count: number) =>
    `{ ${Array.from({ length: count }, (_, index) => `n${index}: { prefixes: [10.0.${index >> 8}.${index & 255}/32] }`)} }`
  t.strictSame(codes(many(MAX_NETWORKS)), [])
  t.strictSame(codes(many(MAX_NETWORKS + 1)), ['too-large'])
  t.end()
})
