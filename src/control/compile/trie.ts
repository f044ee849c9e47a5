// SPDX-License-Identifier: GPL-2.0-or-later
// Changes the address classes of one prefix in the look-up table of a published image, while others read it. contract/image.ts says why
// they need not know: what is new is written where nobody looks, then comes a barrier, then the entries that lead there.

import { GROUP_ENTRIES, IMAGE_HEADER, type Image, POINTER } from '../../contract/image.js'
import type { Prefix } from '../policy/nesting.js'

const STRIDE_BITS = 8
/** Of an entry with POINTER set, which is below zero as a signed number: V8 does not keep those above 2^31 in registers of integers. */
const NUMBER = ~POINTER
/** Of entries that one change may turn; it bounds its time. Any IPv4 /16 stays below it. */
export const MAX_TURNED = 1 << 17

/** Gives the class that a class becomes, or -1 where it cannot be had. */
export type Turn = (addressClass: number) => number

/** One family's table, and how many of its groups are in use. IPv4 is a trie of two levels. */
export class Trie {
  readonly #header: Uint32Array
  readonly #root: Uint32Array
  readonly #nodes: Uint32Array
  readonly #rootBits: number
  #used: number

  constructor(image: Image, family: 'ipv4' | 'ipv6', used: number) {
    this.#header = image.header
    this.#root = family === 'ipv4' ? image.ipv4Root : image.ipv6Root
    this.#nodes = family === 'ipv4' ? image.ipv4Groups : image.ipv6Nodes
    this.#rootBits = family === 'ipv4' ? 24 : 16
    this.#used = used
  }

  /** Turns the classes of all addresses in the prefix, or, where one cannot be turned or room is missing, none: then false. */
  turn({ words: address, length }: Prefix, turn: Turn): boolean {
    let [words, at, bits] = [this.#root, (address[0] as number) >>> (32 - this.#rootBits), this.#rootBits]
    for (; length > bits && words[at] >= POINTER; bits += STRIDE_BITS) {
      at = (words[at] - POINTER) * GROUP_ENTRIES + byteAt(address, bits)
      words = this.#nodes
    }
    if (length > bits) return this.#grow(words, at, bits, address, length, turn)
    const end = at + 2 ** (bits - length)
    if (this.#count(words, at, end, turn, 0) > MAX_TURNED) return false
    this.#publish()
    this.#store(words, at, end, turn)
    return true
  }

  /** Below an entry that is a class: a new way down to the prefix, shown by one store once it is whole. */
  #grow(words: Uint32Array, at: number, bits: number, address: readonly number[], length: number, turn: Turn): boolean {
    const outer = words[at] as number
    const inner = turn(outer)
    const levels = Math.ceil((length - bits) / STRIDE_BITS)
    if (inner === -1 || (this.#used + levels) * GROUP_ENTRIES > this.#nodes.length) return false
    for (let level = 0; level < levels; level++) {
      const node = (this.#used + level) * GROUP_ENTRIES
      this.#nodes.fill(outer, node, node + GROUP_ENTRIES)
      const within = node + byteAt(address, bits + level * STRIDE_BITS)
      if (level + 1 < levels) this.#nodes[within] = POINTER + this.#used + level + 1
      else this.#nodes.fill(inner, within, within + 2 ** (bits + levels * STRIDE_BITS - length))
    }
    this.#publish()
    words[at] = POINTER + this.#used
    this.#used += levels
    return true
  }

  /** How many classes there are from `from` to `to` and below, added to `before`; beyond MAX_TURNED where they are too many or one cannot be turned. */
  #count(words: Uint32Array, from: number, to: number, turn: Turn, before: number): number {
    let count = before + to - from
    for (let at = from; at < to && count <= MAX_TURNED; ) {
      const entry = (words[at] as number) | 0
      if (entry < 0) {
        const node = (entry & NUMBER) * GROUP_ENTRIES
        count = this.#count(this.#nodes, node, node + GROUP_ENTRIES, turn, count)
        at++
      } else if (turn(entry) === -1) return MAX_TURNED + 1
      else at = endOfRun(words, at, to, entry)
    }
    return count
  }

  #store(words: Uint32Array, from: number, to: number, turn: Turn): void {
    for (let at = from; at < to; ) {
      const entry = (words[at] as number) | 0
      if (entry < 0) {
        const node = (entry & NUMBER) * GROUP_ENTRIES
        this.#store(this.#nodes, node, node + GROUP_ENTRIES, turn)
        at++
      } else {
        // One aligned word each, never a part of one. Not fill(), a call that costs as much as ten words: most runs are of one.
        const turned = turn(entry)
        do words[at++] = turned
        while (at < to && ((words[at] as number) | 0) === entry)
      }
    }
  }

  /**
   * A barrier: nothing written before it is seen later than what is written behind it. On ARM a store by Atomics alone holds back only what
   * comes before it; the load behind it, which may not pass that store, holds back the rest.
   */
  #publish(): void {
    Atomics.store(this.#header, IMAGE_HEADER.changes, Atomics.load(this.#header, IMAGE_HEADER.changes) + 1)
    Atomics.load(this.#header, IMAGE_HEADER.changes)
  }
}

/** The 8 bits of the address that begin at `bit`, a multiple of 8. */
const byteAt = (address: readonly number[], bit: number): number => ((address[bit >>> 5] as number) >>> (24 - (bit & 31))) & 0xff

/** Where the entries from `at` on that are all this class end. */
function endOfRun(words: Uint32Array, at: number, to: number, entry: number): number {
  let end = at + 1
  while (end < to && ((words[end] as number) | 0) === entry) end++
  return end
}
