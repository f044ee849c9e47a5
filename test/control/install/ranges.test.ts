// SPDX-License-Identifier: GPL-2.0-or-later
// Flattening, row by row and against the slow way: every address that could decide, asked one by one for its longest prefix.

import fc from 'fast-check'
import t from 'tap'
import { flatten, rangeTexts } from '../../../src/control/install/ranges.js'
import { bitsOf, clearHostBits, contains, type Family, listPrefixes, type Prefix, prefix, prefixColumns } from '../../oracle/addresses.js'

const columns = (list: readonly Prefix[], family: Family): Uint32Array =>
  prefixColumns([...list])[family === 4 ? 'ipv4' : 'ipv6'] ?? new Uint32Array()
const parse = (text: string) => text.split(' ').filter(Boolean).map(prefix)
const flat = (prefixes: readonly Prefix[], exclusions: readonly Prefix[], family: Family) =>
  flatten({ prefixes: columns(prefixes, family), exclusions: columns(exclusions, family) }, family)

const ROWS: readonly { family?: Family; prefixes: string; exclusions?: string; ranges: string }[] = [
  { prefixes: '', ranges: '' },
  { prefixes: '', exclusions: '192.0.2.0/24', ranges: '' },
  { prefixes: '192.0.2.0/24', ranges: '192.0.2.0/24' },
  { prefixes: '192.0.2.128/25 192.0.2.0/25', ranges: '192.0.2.0/24' },
  { prefixes: '192.0.2.0/24 192.0.2.64/26 192.0.2.64/32', ranges: '192.0.2.0/24' },
  { prefixes: '192.0.2.64/26 192.0.2.128/26', ranges: '192.0.2.64-192.0.2.191' },
  { prefixes: '192.0.2.0/24', exclusions: '192.0.2.64/26', ranges: '192.0.2.0/26 192.0.2.128/25' },
  { prefixes: '192.0.2.0/24', exclusions: '192.0.2.0/26', ranges: '192.0.2.64-192.0.2.255' },
  { prefixes: '192.0.2.0/24', exclusions: '192.0.2.192/26', ranges: '192.0.2.0-192.0.2.191' },
  { prefixes: '192.0.2.0/24', exclusions: '192.0.2.0/25 192.0.2.128/25', ranges: '' },
  { prefixes: '192.0.2.0/24', exclusions: '192.0.2.0/24', ranges: '192.0.2.0/24' },
  { prefixes: '192.0.2.0/24 192.0.2.64/27', exclusions: '192.0.2.64/26', ranges: '192.0.2.0-192.0.2.95 192.0.2.128/25' },
  { prefixes: '192.0.2.0/24 192.0.2.96/27', exclusions: '192.0.2.64/26 192.0.2.96/32', ranges: '192.0.2.0/26 192.0.2.97-192.0.2.255' },
  { prefixes: '0.0.0.0/0', ranges: '0.0.0.0/0' },
  { prefixes: '0.0.0.0/0', exclusions: '128.0.0.0/1', ranges: '0.0.0.0/1' },
  { prefixes: '0.0.0.0/0', exclusions: '0.0.0.0/32 255.255.255.255/32', ranges: '0.0.0.1-255.255.255.254' },
  { prefixes: '0.0.0.0/32 255.255.255.255/32', exclusions: '0.0.0.0/0', ranges: '0.0.0.0/32 255.255.255.255/32' },
  { family: 6, prefixes: '::/0', ranges: '::/0' },
  { family: 6, prefixes: '::/0', exclusions: '8000::/1', ranges: '::/1' },
  {
    family: 6,
    prefixes: '2001:db8::/32',
    exclusions: '2001:db8:0:1::/64',
    ranges: '2001:db8::/64 2001:db8:0:2::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  },
  { family: 6, prefixes: '2001:db8::/33 2001:db8:8000::/33', ranges: '2001:db8::/32' },
  { family: 6, prefixes: '2001:db8::/128 2001:db8::1/128 2001:db8::2/128', ranges: '2001:db8::-2001:db8::2' },
  {
    family: 6,
    prefixes: '2001:db8:0:ffff:ffff:ffff:ffff:ffff/128 2001:db8:1::/128',
    ranges: '2001:db8:0:ffff:ffff:ffff:ffff:ffff-2001:db8:1::',
  },
]

t.test('rows', (t) => {
  for (const { family = 4, prefixes, exclusions = '', ranges } of ROWS) {
    t.equal(rangeTexts(flat(parse(prefixes), parse(exclusions), family), family).join(' '), ranges, `${prefixes} but ${exclusions}`)
  }
  t.end()
})

/** Few bits in play, so that prefixes nest, touch and meet; and the ends of the number line among them. */
const prefixes = (family: Family): fc.Arbitrary<Prefix> =>
  fc
    .record({ place: fc.constantFrom(0n, 0xa5n, 0xffn), low: fc.bigInt(0n, 0xffn), length: fc.integer({ min: 0, max: 16 }) })
    .map(({ place, low, length }) => {
      const bits = bitsOf(family)
      const value = (place << BigInt(bits - 8)) | (low << BigInt(bits - 16)) | (place === 0xffn ? (1n << BigInt(bits - 16)) - 1n : 0n)
      return clearHostBits({ family, value }, length === 16 ? bits : length)
    })

/** Longest match over both lists; of equals, the set's own. */
function holds(address: bigint, family: Family, list: readonly Prefix[], exclusions: readonly Prefix[]): boolean {
  const longest = (of: readonly Prefix[]) =>
    Math.max(-1, ...of.filter((one) => contains(one, { family, value: address })).map(({ length }) => length))
  return longest(list) >= 0 && longest(list) >= longest(exclusions)
}

function rangesOf(flattened: Uint32Array, family: Family): { first: bigint; last: bigint }[] {
  const words = family === 4 ? 1 : 4
  const value = (at: number) => Array.from(flattened.subarray(at, at + words)).reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
  return Array.from({ length: flattened.length / (2 * words) }, (_, index) => ({
    first: value(2 * words * index),
    last: value(2 * words * index + words),
  }))
}

for (const family of [4, 6] as const) {
  t.test(`IPv${family}: the same addresses as the longest match gives, in ranges that are apart`, (t) => {
    const most = (1n << BigInt(bitsOf(family))) - 1n
    fc.assert(
      fc.property(fc.array(prefixes(family), { maxLength: 12 }), fc.array(prefixes(family), { maxLength: 12 }), (list, exclusions) => {
        const ranges = rangesOf(flat(list, exclusions, family), family)
        for (const [index, { first, last }] of ranges.entries()) {
          if (first > last || (index > 0 && first <= ranges[index - 1]!.last + 1n)) return false
        }
        const edges = [...list, ...exclusions].flatMap(({ value, length }) => {
          const end = value + (1n << BigInt(bitsOf(family) - length)) - 1n
          return [value - 1n, value, end, end + 1n]
        })
        return [0n, most, ...edges]
          .filter((address) => address >= 0n && address <= most)
          .every(
            (address) => holds(address, family, list, exclusions) === ranges.some(({ first, last }) => first <= address && address <= last),
          )
      }),
      { numRuns: 2000 },
    )
    t.end()
  })

  t.test(`IPv${family}: a range that is a prefix is written as one, and reads as the same range`, (t) => {
    fc.assert(
      fc.property(prefixes(family), (one) => {
        const texts = rangeTexts(flat([one], [], family), family)
        const [read] = texts.map(prefix)
        return (
          texts.length === 1 && read?.value === one.value && read.length === one.length && listPrefixes(prefixColumns([one])).length === 1
        )
      }),
    )
    t.end()
  })
}
