// SPDX-License-Identifier: GPL-2.0-or-later
// The IPv6 trie of the image (contract/image.ts): a root by the upper 16 bits, then nodes of 256 entries, one for each further 8 bits,
// built from prefixes by ascending length. A prefix makes the nodes on its way and fills the entries it covers in the last of them.

import { GROUP_ENTRIES, IPV6_ROOT_ENTRIES, POINTER } from '../../contract/image.js'
import type { AddressClasses } from './address-classes.js'
import { Groups } from './groups.js'
import type { Steps } from './ipv4.js'
import type { SortedPrefixes } from './prefixes.js'

const ROOT_BITS = 16
const STRIDE_BITS = 8

export interface Ipv6Table {
  readonly root: Uint32Array
  readonly nodes: Groups
  readonly steps: Steps
}

/** Builds the trie; `prefixes` are those of sortPrefixes. New classes are added to `classes`. */
export function buildIpv6({ count, addresses, lengths, owners }: SortedPrefixes, classes: AddressClasses): Ipv6Table {
  const root = new Uint32Array(IPV6_ROOT_ENTRIES)
  const nodes = new Groups()
  const steps = { outer: new Uint32Array(count), inner: new Uint32Array(count) }
  for (let index = 0; index < count; index++) {
    const length = lengths[index]
    let at = addresses[4 * index] >>> ROOT_BITS
    let bits = ROOT_BITS
    let words = root
    while (length > bits) {
      const entry = words[at]
      let node = entry & ~POINTER
      if ((entry & POINTER) === 0) {
        const parent = words === root ? null : at
        node = nodes.add(entry)
        // add() may have moved the nodes.
        words = parent === null ? root : nodes.words
        words[at] = (POINTER | node) >>> 0
      }
      words = nodes.words
      at = node * GROUP_ENTRIES + byteAt(addresses, 4 * index, bits)
      bits += STRIDE_BITS
    }
    const outer = words[at]
    const inner = classes.enter(outer, owners[index])
    steps.outer[index] = outer
    steps.inner[index] = inner
    words.fill(inner, at, at + (1 << (bits - length)))
  }
  return { root, nodes, steps }
}

/** The 8 bits of the address at `word` that begin at `bit`, a multiple of 8. */
const byteAt = (addresses: Uint32Array, word: number, bit: number): number => (addresses[word + (bit >>> 5)] >>> (24 - (bit & 31))) & 0xff
