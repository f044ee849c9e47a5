// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes and exclusions to disjoint ranges: nft's interval sets know no longest match, so it is worked out here. Ranges come out ascending
// (nft's own sorting of a large set costs as much again as loading it) and joined where they touch. Prefixes contain one another or are
// apart, so one pass with a stack of those that are open does.

import { IPV4_STRIDE, IPV6_STRIDE, ipv4Address, ipv6Address } from './addresses.js'
import type { Family } from './sets.js'

interface Columns {
  readonly prefixes: Uint32Array
  readonly exclusions: Uint32Array
}

/** One prefix: the words of its first and its last address, and whether the set holds what no longer prefix decides. */
interface Interval {
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly isIn: boolean
}

/**
 * The addresses that `prefixes` holds and that no longer prefix of `exclusions` takes away, in columns of first and last address: two words
 * a range for IPv4, eight for IPv6. Of the same prefix in both, it is in.
 */
export function flatten({ prefixes, exclusions }: Columns, family: Family): Uint32Array {
  const ranges = new Ranges()
  const open: Interval[] = []
  const closeTop = () => {
    const { last } = open.pop() as Interval
    const around = open.at(-1)
    // What ends at the same address is closed next, and nothing goes on beyond the last address of all.
    ranges.after(last, around?.isIn === true && compare(around.last, last) > 0)
  }
  for (const interval of sorted([...intervals(prefixes, family, true), ...intervals(exclusions, family, false)])) {
    while (open.length > 0 && compare((open.at(-1) as Interval).last, interval.first) < 0) closeTop()
    ranges.from(interval.first, interval.isIn)
    open.push(interval)
  }
  while (open.length > 0) closeTop()
  return ranges.columns()
}

/** The ranges as nft writes them: a prefix where it is one. */
export function rangeTexts(ranges: Uint32Array, family: Family): string[] {
  const words = family === 4 ? 1 : 4
  const address = family === 4 ? ipv4Address : ipv6Address
  const texts: string[] = []
  for (let at = 0; at < ranges.length; at += 2 * words) {
    const length = prefixLength(ranges, at, words)
    const first = address(ranges, at)
    texts.push(length === null ? `${first}-${address(ranges, at + words)}` : `${first}/${length}`)
  }
  return texts
}

/** The addresses seen so far, as boundaries in ascending order. */
class Ranges {
  readonly #words: number[] = []
  /** Where the range that is open began; null: none is. */
  #begun: readonly number[] | null = null
  #ended: readonly number[] | null = null

  /** From `first` on it is so. */
  from(first: readonly number[], isIn: boolean): void {
    if (isIn) this.#begun ??= first
    else if (this.#begun !== null) {
      if (compare(this.#begun, first) < 0) this.#push(this.#begun, stepped(first, -1))
      this.#begun = null
    }
  }

  /** Beyond `last` it is so. */
  after(last: readonly number[], isIn: boolean): void {
    if (isIn) this.#begun ??= stepped(last, 1)
    else if (this.#begun !== null) {
      this.#push(this.#begun, last)
      this.#begun = null
    }
  }

  columns(): Uint32Array {
    return Uint32Array.from(this.#words)
  }

  #push(first: readonly number[], last: readonly number[]): void {
    if (this.#ended !== null && compare(stepped(this.#ended, 1), first) === 0) this.#words.length -= last.length
    else this.#words.push(...first)
    this.#words.push(...last)
    this.#ended = last
  }
}

function intervals(columns: Uint32Array, family: Family, isIn: boolean): Interval[] {
  const stride = family === 4 ? IPV4_STRIDE : IPV6_STRIDE
  const list: Interval[] = []
  for (let at = 0; at < columns.length; at += stride) {
    const first = Array.from(columns.subarray(at, at + stride - 1))
    const length = columns[at + stride - 1]
    list.push({ first, last: first.map((word, index) => (word | hostBits(length - 32 * index)) >>> 0), isIn })
  }
  return list
}

/** The bits of a word that a prefix, `length` bits long from this word on, leaves free. */
const hostBits = (length: number): number => (length <= 0 ? 0xffffffff : length >= 32 ? 0 : 0xffffffff >>> length)

/** Containing before contained; of the same prefix twice, what is in comes last and decides. A set in the right order costs one look. */
function sorted(list: Interval[]): Interval[] {
  const order = (a: Interval, b: Interval) => compare(a.first, b.first) || compare(b.last, a.last) || Number(a.isIn) - Number(b.isIn)
  return list.sort(order)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let word = 0; word < a.length; word++) if (a[word] !== b[word]) return (a[word] as number) - (b[word] as number)
  return 0
}

/** The next address, or the one before, around the ends of the number line. */
function stepped(address: readonly number[], by: 1 | -1): number[] {
  const next = [...address]
  const overflow = by === 1 ? 0 : 0xffffffff
  for (let word = next.length - 1; word >= 0; word--) {
    next[word] = ((next[word] as number) + by) >>> 0
    if (next[word] !== overflow) break
  }
  return next
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
