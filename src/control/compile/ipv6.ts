// SPDX-License-Identifier: GPL-2.0-or-later
// The IPv6 trie of the image (contract/image.ts): a root by the upper 16 bits, then nodes of 256 entries, one for each further 8 bits.
// Filled in the image's own memory in the order of the addresses: a prefix makes the nodes on its way and paints the entries it covers in
// the last of them; what lies inside it comes later.

import { GROUP_ENTRIES, type Image, POINTER } from '../../contract/image.js'
import type { Entered } from './prefixes.js'

export const ROOT_BITS = 16
export const STRIDE_BITS = 8
/** Levels of nodes below the root. */
const LEVELS = (128 - ROOT_BITS) / STRIDE_BITS

/** How many nodes fillIpv6 will make. */
export function countNodes({ prefixes: { count, addresses, lengths }, outer, inner }: Entered): number {
  let nodes = 0
  // Down to which level the way of the last prefixes is made, as far as it is the way of this one too.
  let made = 0
  let last = -1
  for (let index = 0; index < count; index++) {
    if (inner[index] === outer[index]) continue
    if (last >= 0) made = Math.min(made, levelsWithin(commonBits(addresses, last, index)))
    last = index
    const needed = levelsFor(lengths[index])
    if (needed <= made) continue
    nodes += needed - made
    made = needed
  }
  return nodes
}

/** Nodes on the way to a prefix of this length. */
export const levelsFor = (length: number): number => (length <= ROOT_BITS ? 0 : Math.ceil((length - ROOT_BITS) / STRIDE_BITS))

/** Nodes that the ways of two addresses share whose first `bits` bits are the same. */
const levelsWithin = (bits: number): number => (bits < ROOT_BITS ? 0 : Math.min(LEVELS, Math.floor((bits - ROOT_BITS) / STRIDE_BITS) + 1))

function commonBits(addresses: Uint32Array, one: number, other: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = addresses[4 * one + word] ^ addresses[4 * other + word]
    if (difference !== 0) return 32 * word + Math.clz32(difference)
  }
  return 128
}

export function fillIpv6({ ipv6Root: root, ipv6Nodes: nodes }: Image, { prefixes, outer, inner }: Entered): void {
  const { count, addresses, lengths } = prefixes
  let made = 0
  for (let index = 0; index < count; index++) {
    const entry = inner[index]
    if (entry === outer[index]) continue
    let words = root
    let at = addresses[4 * index] >>> ROOT_BITS
    let bits = ROOT_BITS
    for (; lengths[index] > bits; bits += STRIDE_BITS) {
      if (words[at] < POINTER) {
        const node = made++
        if (words[at] !== 0) nodes.fill(words[at], node * GROUP_ENTRIES, (node + 1) * GROUP_ENTRIES)
        words[at] = POINTER + node
      }
      at = (words[at] - POINTER) * GROUP_ENTRIES + byteAt(addresses, 4 * index, bits)
      words = nodes
    }
    words.fill(entry, at, at + (1 << (bits - lengths[index])))
  }
}

/** The 8 bits of the address at `word` that begin at `bit`, a multiple of 8. */
export const byteAt = (addresses: Uint32Array, word: number, bit: number): number =>
  (addresses[word + (bit >>> 5)] >>> (24 - (bit & 31))) & 0xff
