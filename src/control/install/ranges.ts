// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes and exclusions to disjoint ranges: nft's interval sets know no longest match, so it is worked out here. Ranges come out ascending
// (nft's own sorting of a large set costs as much again as loading it) and joined where they touch. Prefixes contain one another or are
// apart, so one pass with a stack of those that are open does. Columns all the way, because there may be a million.

import type { SteeringSet } from '../compile/steering.js'
import { IPV4_STRIDE, IPV6_STRIDE, ipv4Address, ipv6Address, written } from './addresses.js'
import { columnsOf, type Family } from './sets.js'

interface Columns {
  readonly prefixes: Uint32Array
  readonly exclusions: Uint32Array
}

/** By the column of prefixes: a set is written once and asked at each later change, and steering and the kernel's drops may share one. */
const known = new WeakMap<Uint32Array, { readonly exclusions: Uint32Array; readonly ranges: Uint32Array }>()

/** What flatten() gives of the set's columns. */
export function rangesOf(set: SteeringSet, family: Family): Uint32Array {
  const { prefixes, exclusions } = columnsOf(set, family)
  const before = known.get(prefixes)
  if (before?.exclusions === exclusions) return before.ranges
  const ranges = flatten({ prefixes, exclusions }, family)
  known.set(prefixes, { exclusions, ranges })
  return ranges
}

/** Words of an address. */
export const wordsOf = (family: Family): number => (family === 4 ? 1 : 4)

/**
 * The addresses that `prefixes` holds and that no longer prefix of `exclusions` takes away, in columns of first and last address: two words
 * a range for IPv4, eight for IPv6. Of the same prefix in both, it is in.
 */
export function flatten({ prefixes, exclusions }: Columns, family: Family): Uint32Array {
  const words = wordsOf(family)
  const { first, last, isIn, order } = intervals(prefixes, exclusions, words)
  const ranges = new Ranges(words)
  const open: number[] = []
  const closeTop = () => {
    const top = open.pop() as number
    const around = open.at(-1)
    // What ends at the same address is closed next, and nothing goes on beyond the last address of all.
    const goesOn = around !== undefined && isIn[around] === 1 && compare(last, around * words, last, top * words, words) > 0
    ranges.after(last, top * words, goesOn)
  }
  for (const interval of order) {
    while (open.length > 0 && compare(last, (open.at(-1) as number) * words, first, interval * words, words) < 0) closeTop()
    ranges.from(first, interval * words, isIn[interval] === 1)
    open.push(interval)
  }
  while (open.length > 0) closeTop()
  return ranges.columns()
}

/** The ranges as nft writes them: a prefix where it is one. */
export function rangeTexts(ranges: Uint32Array, family: Family): string[] {
  return Array.from({ length: ranges.length / (2 * wordsOf(family)) }, (_, number) => rangeText(ranges, number, family))
}

/** The same in one text, with commas in between. */
export const writtenRanges = (ranges: Uint32Array, family: Family): string =>
  written(ranges.length / (2 * wordsOf(family)), (number) => rangeText(ranges, number, family), ', ')

function rangeText(ranges: Uint32Array, number: number, family: Family): string {
  const words = wordsOf(family)
  const at = number * 2 * words
  const address = family === 4 ? ipv4Address : ipv6Address
  const length = prefixLength(ranges, at, words)
  const first = address(ranges, at)
  return length === null ? `${first}-${address(ranges, at + words)}` : `${first}/${length}`
}

/** The addresses seen so far, as boundaries in ascending order. */
export class Ranges {
  readonly #words: number
  readonly #list: number[] = []
  /** Whether a range is open; its first address is then at the end of the list. */
  #isOpen = false

  constructor(words: number) {
    this.#words = words
  }

  /** From the address at `at` on it is so. */
  from(addresses: Uint32Array, at: number, isIn: boolean): void {
    if (isIn === this.#isOpen) return
    if (isIn) this.#begin(addresses, at, false)
    else if (compare(this.#list, this.#list.length - this.#words, addresses, at, this.#words) === 0) this.#cancel()
    else this.#end(addresses, at, true)
  }

  /** Beyond the address at `at` it is so. */
  after(addresses: Uint32Array, at: number, isIn: boolean): void {
    if (isIn === this.#isOpen) return
    if (isIn) this.#begin(addresses, at, true)
    else this.#end(addresses, at, false)
  }

  /** How many there are; where none is open, no later call makes them fewer. */
  get count(): number {
    return this.#list.length / (2 * this.#words)
  }

  columns(): Uint32Array {
    return Uint32Array.from(this.#list)
  }

  #begin(addresses: Uint32Array, at: number, isBefore: boolean): void {
    const start = this.#list.length
    for (let word = 0; word < this.#words; word++) this.#list.push(addresses[at + word])
    if (isBefore) step(this.#list, start, this.#words, 1)
    this.#isOpen = true
    // It goes on where the last one ended: then that one did not end.
    if (start > 0 && isNext(this.#list, start - this.#words, start, this.#words)) this.#list.length = start - this.#words
  }

  #end(addresses: Uint32Array, at: number, isBehind: boolean): void {
    const start = this.#list.length
    for (let word = 0; word < this.#words; word++) this.#list.push(addresses[at + word])
    if (isBehind) step(this.#list, start, this.#words, -1)
    this.#isOpen = false
  }

  /** The range that is open would be empty. */
  #cancel(): void {
    this.#list.length -= this.#words
    this.#isOpen = false
  }
}

interface Intervals {
  /** First and last address of each prefix; both lists, one behind the other. */
  readonly first: Uint32Array
  readonly last: Uint32Array
  /** 1: the set holds what no longer prefix decides. */
  readonly isIn: Uint8Array
  /** Numbers of the prefixes: containing before contained; of the same prefix twice, what is in comes last and decides. */
  readonly order: Uint32Array
}

function intervals(prefixes: Uint32Array, exclusions: Uint32Array, words: number): Intervals {
  const stride = words === 1 ? IPV4_STRIDE : IPV6_STRIDE
  const count = (prefixes.length + exclusions.length) / stride
  const [first, last, isIn] = [new Uint32Array(count * words), new Uint32Array(count * words), new Uint8Array(count)]
  let number = 0
  for (const columns of [prefixes, exclusions]) {
    for (let at = 0; at < columns.length; at += stride, number++) {
      isIn[number] = columns === prefixes ? 1 : 0
      for (let word = 0; word < words; word++) {
        first[number * words + word] = columns[at + word]
        last[number * words + word] = columns[at + word] | hostBits(columns[at + words] - 32 * word)
      }
    }
  }
  const before = (a: number, b: number): number =>
    compare(first, a * words, first, b * words, words) || compare(last, b * words, last, a * words, words) || isIn[a] - isIn[b]
  return { first, last, isIn, order: sorted(count, before) }
}

/** The bits of a word that a prefix, `length` bits long from this word on, leaves free. */
const hostBits = (length: number): number => (length <= 0 ? 0xffffffff : length >= 32 ? 0 : 0xffffffff >>> length)

/** Most lists are sorted already. */
function sorted(count: number, before: (a: number, b: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, number) => number)
  for (let number = 1; number < count; number++) if (before(number - 1, number) > 0) return order.sort(before)
  return order
}

export function compare(a: ArrayLike<number>, aAt: number, b: ArrayLike<number>, bAt: number, words: number): number {
  for (let word = 0; word < words; word++) {
    const difference = (a[aAt + word] as number) - (b[bAt + word] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** The next address, or the one before, in place. */
function step(list: number[], at: number, words: number, by: 1 | -1): void {
  const carries = by === 1 ? 0 : 0xffffffff
  for (let word = at + words - 1; word >= at; word--) {
    list[word] = ((list[word] as number) + by) >>> 0
    if (list[word] !== carries) return
  }
}

function isNext(list: readonly number[], before: number, at: number, words: number): boolean {
  const next = list.slice(before, before + words)
  step(next, 0, words, 1)
  return compare(next, 0, list, at, words) === 0
}

/** The length of the prefix that the range at `at` is; null: it is none. */
function prefixLength(ranges: Uint32Array, at: number, words: number): number | null {
  let length = 0
  let isHost = false
  for (let word = at; word < at + words; word++) {
    const free = (ranges[word] ^ ranges[word + words]) >>> 0
    const isMask = isHost ? free === 0xffffffff : (free & (free + 1)) === 0
    if (!isMask || (ranges[word] & free) !== 0) return null
    if (!isHost) length += Math.clz32(free)
    isHost ||= free !== 0
  }
  return length
}
