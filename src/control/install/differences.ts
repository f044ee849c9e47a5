// SPDX-License-Identifier: GPL-2.0-or-later
// What came to a set and what went from it, as sets of their own: a policy with a hundred thousand prefixes usually changes by a few.

import type { SteeringSet } from '../compile/steering.js'
import { compare, Ranges, rangesOf, wordsOf } from './ranges.js'
import type { Family } from './sets.js'

/** Below this many ranges loading a set anew takes no time worth saving. */
const LEAST_RANGES = 4096
/** Prefixes of a difference, as a part of the ranges: a packet on one of our ports is looked up in up to three sets instead of one. */
const LARGEST_PART = 1 / 8

export interface Difference {
  readonly gone: SteeringSet | null
  readonly come: SteeringSet | null
}

/** From `old` to `set`, both under the name of the second; null: it is not worth it. */
export function differ(old: SteeringSet, set: SteeringSet, family: Family): Difference | null {
  const [before, after] = [rangesOf(old, family), rangesOf(set, family)]
  const words = wordsOf(family)
  const ranges = before.length / (2 * words)
  if (ranges < LEAST_RANGES) return null
  const most = ranges * LARGEST_PART
  // A range is one prefix at least: where nearly all is another, that shows long before all of it is compared.
  const left = subtract(before, after, words, most)
  const added = left && subtract(after, before, words, most)
  if (left === null || added === null) return null
  const [gone, come] = [prefixesOf(left, family), prefixesOf(added, family)]
  if ((gone.length + come.length) / (words + 1) > most) return null
  const setOf = (columns: Uint32Array): SteeringSet | null =>
    columns.length === 0 ? null : { name: set.name, prefixes: { ...NONE, [`ipv${family}`]: columns }, exclusions: NONE }
  return { gone: setOf(gone), come: setOf(come) }
}

const NONE = { ipv4: new Uint32Array(), ipv6: new Uint32Array() } as const

/** The addresses of `a` that `b` has not; both as flatten() gives them. null: more than `most` ranges. */
export function subtract(a: Uint32Array, b: Uint32Array, words: number, most: number): Uint32Array | null {
  const stride = 2 * words
  const rest = new Ranges(words)
  let from = 0
  for (let at = 0; at < a.length; at += stride) {
    rest.from(a, at, true)
    while (from < b.length && compare(b, from + words, a, at, words) < 0) from += stride
    for (let other = from; other < b.length && compare(b, other, a, at + words, words) <= 0; other += stride) {
      const [columns, start] = compare(b, other, a, at, words) > 0 ? [b, other] : [a, at]
      rest.from(columns, start, false)
      if (compare(b, other + words, a, at + words, words) < 0) rest.after(b, other + words, true)
    }
    rest.after(a, at + words, false)
    if (rest.count > most) return null
  }
  return rest.columns()
}

/** Ranges as the fewest prefixes, in columns of the family. */
export function prefixesOf(ranges: Uint32Array, family: Family): Uint32Array {
  const words = wordsOf(family)
  const bits = 32 * words
  const value = (at: number) => ranges.subarray(at, at + words).reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
  const columns: number[] = []
  for (let at = 0; at < ranges.length; at += 2 * words) {
    const last = value(at + words)
    for (let first = value(at); first <= last; ) {
      let free = 0
      while (free < bits && isFree(first, free + 1) && first + (1n << BigInt(free + 1)) - 1n <= last) free++
      for (let word = words - 1; word >= 0; word--) columns.push(Number((first >> BigInt(32 * word)) & 0xffffffffn))
      columns.push(bits - free)
      first += 1n << BigInt(free)
    }
  }
  return Uint32Array.from(columns)
}

/** Whether the last `count` bits are zero. */
const isFree = (address: bigint, count: number): boolean => (address & ((1n << BigInt(count)) - 1n)) === 0n
