// SPDX-License-Identifier: GPL-2.0-or-later
// The order of prefixes against the obvious way: bits as text, compared as text.

import fc from 'fast-check'
import t from 'tap'
import { isInside, orderPrefixes } from '../../src/control/prefix-order.js'

interface Row {
  readonly owner: number
  readonly words: readonly number[]
  readonly length: number
}

const bits = ({ words, length }: Pick<Row, 'words' | 'length'>): string =>
  words
    .map((word) => word.toString(2).padStart(32, '0'))
    .join('')
    .slice(0, length)

const prefix = (width: 1 | 4) =>
  fc
    .record({
      // Few values, so that prefixes meet; every byte takes part.
      words: fc.array(fc.constantFrom(0, 1, 0x100, 0x00ff0000, 0x80000000, 0xffffffff), { minLength: width, maxLength: width }),
      length: fc.oneof(fc.constantFrom(0, 1, 24, 32, 32 * width), fc.integer({ min: 0, max: 32 * width })),
    })
    .map(({ words, length }) => ({
      length,
      words: words.map((word, index) => {
        const kept = Math.min(32, Math.max(0, length - 32 * index))
        return kept === 0 ? 0 : (word & (0xffffffff << (32 - kept))) >>> 0
      }),
    }))

for (const width of [1, 4] as const) {
  t.test(`width ${width}`, (t) => {
    const lists = fc.array(fc.array(prefix(width), { maxLength: 12 }), { maxLength: 4 })
    const property = fc.property(lists, (all) => {
      const sources = all.map((list, index) => ({
        owner: 0xfffffe - index,
        words: Uint32Array.from(list.flatMap(({ words, length }) => [...words, length])),
      }))
      const rows: Row[] = all.flatMap((list, index) => list.map((one) => ({ ...one, owner: 0xfffffe - index })))
      const key = (row: Row) => `${bits({ ...row, length: 128 })}${String.fromCharCode(row.length)}`
      // Stable: equal ones stay as they were given.
      const expected = rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
      const { count, addresses, lengths, owners, ...rest } = orderPrefixes(sources, width)
      const ordered = Array.from({ length: count }, (_, index) => ({
        words: [...addresses.subarray(index * width, (index + 1) * width)],
        length: lengths[index]!,
        owner: owners[index]!,
      }))
      t.strictSame(
        ordered,
        expected.map(({ words, length, owner }) => ({ words, length, owner })),
      )
      for (let outer = 0; outer < count; outer++) {
        for (let inner = outer; inner < count; inner++) {
          const inside = bits(expected[inner]!).startsWith(bits(expected[outer]!))
          if (isInside({ count, addresses, lengths, owners, ...rest }, inner, outer) !== inside) t.fail(`${inner} in ${outer}`)
        }
      }
    })
    fc.assert(property, { numRuns: 200 })
    t.end()
  })
}
