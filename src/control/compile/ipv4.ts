// SPDX-License-Identifier: GPL-2.0-or-later
// The DIR-24-8 table of the image (contract/image.ts), built from prefixes by ascending length: time grows with the prefixes and with the
// entries they cover, never with 2^24. The root is kept in pages of 4,096 entries that exist once something was written to them, because
// the 64 MiB of a new image are zero without having been touched, and a policy of a few networks should leave them so.

import { GROUP_ENTRIES, IPV4_ROOT_ENTRIES, POINTER } from '../../contract/image.js'
import type { AddressClasses } from './address-classes.js'
import { Groups } from './groups.js'
import type { SortedPrefixes } from './prefixes.js'

/** Longer prefixes need a group. */
const ROOT_LENGTH = 24
const PAGE_BITS = 12
export const PAGE_ENTRIES = 1 << PAGE_BITS
const PAGES = IPV4_ROOT_ENTRIES >>> PAGE_BITS

/** For each prefix, in the order of SortedPrefixes: the class around it, and the class within. */
export interface Steps {
  readonly outer: Uint32Array
  readonly inner: Uint32Array
}

export interface Ipv4Table {
  /** Undefined: all zero. */
  readonly pages: readonly (Uint32Array | undefined)[]
  readonly groups: Groups
  readonly steps: Steps
}

/** Builds the table; `prefixes` are those of sortPrefixes. New classes are added to `classes`. */
export function buildIpv4({ count, addresses, lengths, owners }: SortedPrefixes, classes: AddressClasses): Ipv4Table {
  const pages: (Uint32Array | undefined)[] = new Array(PAGES).fill(undefined)
  const groups = new Groups(lengths.subarray(0, count).reduce((longer, length) => longer + (length > ROOT_LENGTH ? 1 : 0), 0))
  const steps = { outer: new Uint32Array(count), inner: new Uint32Array(count) }
  for (let index = 0; index < count; index++) {
    const length = lengths[index]
    const slot = addresses[index] >>> 8
    const entry = pages[slot >>> PAGE_BITS]?.[slot & (PAGE_ENTRIES - 1)] ?? 0
    if (length <= ROOT_LENGTH) {
      const inner = classes.enter(entry, owners[index])
      steps.outer[index] = entry
      steps.inner[index] = inner
      if (inner !== entry) fillRoot(pages, slot, 1 << (ROOT_LENGTH - length), inner)
      continue
    }
    let group = entry & ~POINTER
    if ((entry & POINTER) === 0) {
      group = groups.add(entry)
      fillRoot(pages, slot, 1, (POINTER | group) >>> 0)
    }
    const at = group * GROUP_ENTRIES + (addresses[index] & 0xff)
    const outer = groups.words[at]
    const inner = classes.enter(outer, owners[index])
    steps.outer[index] = outer
    steps.inner[index] = inner
    groups.words.fill(inner, at, at + (1 << (32 - length)))
  }
  return { pages, groups, steps }
}

function fillRoot(pages: (Uint32Array | undefined)[], first: number, count: number, entry: number): void {
  const end = first + count
  for (let slot = first; slot < end; ) {
    const page = slot >>> PAGE_BITS
    const pageEnd = Math.min(end, (page + 1) << PAGE_BITS)
    let words = pages[page]
    if (words === undefined) {
      words = new Uint32Array(PAGE_ENTRIES)
      pages[page] = words
    }
    words.fill(entry, slot & (PAGE_ENTRIES - 1), ((pageEnd - 1) & (PAGE_ENTRIES - 1)) + 1)
    slot = pageEnd
  }
}
