// SPDX-License-Identifier: GPL-2.0-or-later
// Differences against the slow way: every address at the edge of a range, asked one by one.

import fc from 'fast-check'
import t from 'tap'
import { differ, prefixesOf, subtract } from '../../../src/control/install/differences.js'
import { flatten, rangeTexts, wordsOf } from '../../../src/control/install/ranges.js'
import { bitsOf, clearHostBits, type Family, listPrefixes, type Prefix, prefix, prefixColumns, prefixText } from '../../oracle/addresses.js'

const NOTHING = new Uint32Array()
const flat = (list: readonly Prefix[], family: Family): Uint32Array =>
  flatten({ prefixes: prefixColumns([...list])[`ipv${family}`], exclusions: NOTHING }, family)
const parse = (text: string) => text.split(' ').filter(Boolean).map(prefix)

const without = (a: Uint32Array, b: Uint32Array, family: Family) => subtract(a, b, wordsOf(family), Number.POSITIVE_INFINITY) as Uint32Array

const ROWS: readonly { family?: Family; a: string; b: string; rest: string }[] = [
  { a: '', b: '192.0.2.0/24', rest: '' },
  { a: '192.0.2.0/24', b: '', rest: '192.0.2.0/24' },
  { a: '192.0.2.0/24', b: '192.0.2.0/24', rest: '' },
  { a: '192.0.2.0/24', b: '192.0.2.64/26', rest: '192.0.2.0/26 192.0.2.128/25' },
  { a: '192.0.2.64/26', b: '192.0.2.0/24', rest: '' },
  { a: '192.0.2.0/25', b: '192.0.2.64/26 192.0.2.128/26', rest: '192.0.2.0/26' },
  { a: '192.0.2.64/26 192.0.2.128/26', b: '192.0.2.0/25', rest: '192.0.2.128/26' },
  { a: '192.0.2.0/32 192.0.2.2/32 192.0.2.4/32', b: '192.0.2.2/32', rest: '192.0.2.0/32 192.0.2.4/32' },
  { a: '0.0.0.0/0', b: '0.0.0.0/32 255.255.255.255/32', rest: '0.0.0.1-255.255.255.254' },
  { family: 6, a: '::/0', b: '8000::/1', rest: '::/1' },
  { family: 6, a: '2001:db8::/32', b: '2001:db8:1::/48', rest: '2001:db8::/48 2001:db8:2::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff' },
]

t.test('rows', (t) => {
  for (const { family = 4, a, b, rest } of ROWS) {
    const ranges = without(flat(parse(a), family), flat(parse(b), family), family)
    t.equal(rangeTexts(ranges, family).join(' '), rest, `${a} without ${b}`)
  }
  t.end()
})

const PREFIXES: readonly { family?: Family; of: string; prefixes: string }[] = [
  { of: '', prefixes: '' },
  { of: '192.0.2.0/25 192.0.2.128/25', prefixes: '192.0.2.0/24' },
  { of: '192.0.2.1/32 192.0.2.2/31 192.0.2.4/32', prefixes: '192.0.2.1/32 192.0.2.2/31 192.0.2.4/32' },
  { of: '0.0.0.0/0', prefixes: '0.0.0.0/0' },
  { of: '128.0.0.0/1 127.255.255.255/32', prefixes: '127.255.255.255/32 128.0.0.0/1' },
  { family: 6, of: '::/0', prefixes: '::/0' },
  { family: 6, of: '2001:db8::/64 2001:db8:0:1::/64 2001:db8:0:2::/64', prefixes: '2001:db8::/63 2001:db8:0:2::/64' },
]

t.test('ranges as prefixes', (t) => {
  for (const { family = 4, of, prefixes } of PREFIXES) {
    const columns = prefixesOf(flat(parse(of), family), family)
    const list = listPrefixes({ ipv4: NOTHING, ipv6: NOTHING, [`ipv${family}`]: columns })
    t.equal(list.map(prefixText).join(' '), prefixes, of)
  }
  t.end()
})

const EACH = 8192
/** That many /31, four addresses apart; the first `moved` of them two further on. */
const spread = (moved: number, exclusions: readonly number[] = []) => ({
  name: 'dynamic',
  prefixes: {
    ipv4: Uint32Array.from({ length: 2 * EACH }, (_, word) => (word % 2 ? 31 : 2 * word + (word < 2 * moved ? 2 : 0))),
    ipv6: NOTHING,
  },
  exclusions: { ipv4: Uint32Array.from(exclusions), ipv6: NOTHING },
})

t.test('a difference is worth it up to an eighth', (t) => {
  const old = spread(0)
  t.equal(differ(old, spread(EACH / 16), 4)?.gone?.prefixes.ipv4.length, EACH / 8, 'what went')
  t.equal(differ(old, spread(EACH / 16), 4)?.come?.prefixes.ipv4.length, EACH / 8, 'what came')
  t.equal(differ(old, spread(EACH / 16 + 1), 4), null, 'one more')
  t.equal(differ(old, spread(EACH), 4), null, 'all')
  t.end()
})

t.test('the same prefixes with another exclusion are another set', (t) => {
  const old = spread(0)
  const { gone, come } = differ(old, { ...old, exclusions: spread(0, [4, 32]).exclusions }, 4) ?? {}
  t.strictSame(gone?.prefixes.ipv4, Uint32Array.of(4, 32))
  t.equal(come, null)
  t.end()
})

const prefixes = (family: Family): fc.Arbitrary<Prefix[]> => {
  const bits = BigInt(bitsOf(family))
  const one = fc
    .record({ place: fc.constantFrom(0n, 0xa5n, 0xffn), low: fc.bigInt(0n, 0xffn), length: fc.integer({ min: 0, max: 16 }) })
    .map(({ place, low, length }) => clearHostBits({ family, value: (place << (bits - 8n)) | (low << (bits - 16n)) }, length))
  return fc.array(one, { maxLength: 10 })
}

for (const family of [4, 6] as const) {
  t.test(
    `IPv${family}: what is left, with what both have, is what there was; and nothing left is in the other; one range less is too many`,
    (t) => {
      const words = wordsOf(family)
      const join = (...parts: Uint32Array[]) =>
        flatten({ prefixes: Uint32Array.from(parts.flatMap((part) => [...prefixesOf(part, family)])), exclusions: NOTHING }, family)
      fc.assert(
        fc.property(prefixes(family), prefixes(family), (one, other) => {
          const [a, b] = [flat(one, family), flat(other, family)]
          const rest = without(a, b, family)
          const both = without(a, rest, family)
          const count = rest.length / (2 * words)
          const same = (x: Uint32Array, y: Uint32Array) => x.join() === y.join()
          const isLimited =
            count === 0 || (subtract(a, b, words, count - 1) === null && same(subtract(a, b, words, count) ?? NOTHING, rest))
          return isLimited && same(join(rest, both), a) && same(without(rest, b, family), rest) && without(both, b, family).length === 0
        }),
        { numRuns: 1000 },
      )
      t.end()
    },
  )
}
