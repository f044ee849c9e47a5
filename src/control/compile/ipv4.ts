// SPDX-License-Identifier: GPL-2.0-or-later
// The DIR-24-8 table of the image (contract/image.ts), filled in its own memory in the order of the addresses: a prefix paints its range,
// and those inside it come later and paint over it. Time grows with the prefixes and with the entries they cover, never with 2^24, and
// what is in no network is never written, so that it stays zero memory that costs nothing.

import { GROUP_ENTRIES, type Image, POINTER } from '../../contract/image.js'
import type { Entered } from './prefixes.js'

/** Longer prefixes need a group. */
export const ROOT_LENGTH = 24

/** How many groups fillIpv4 will make: one for each /24 with something in it that is told apart. */
export function countGroups({ prefixes: { count, addresses, lengths }, outer, inner }: Entered): number {
  let groups = 0
  let last = -1
  for (let index = 0; index < count; index++) {
    if (lengths[index] <= ROOT_LENGTH || inner[index] === outer[index]) continue
    const slot = addresses[index] >>> 8
    if (slot !== last) groups++
    last = slot
  }
  return groups
}

export function fillIpv4({ ipv4Root: root, ipv4Groups: groups }: Image, { prefixes, outer, inner }: Entered): void {
  const { count, addresses, lengths } = prefixes
  let made = 0
  for (let index = 0; index < count; index++) {
    const entry = inner[index]
    if (entry === outer[index]) continue
    const length = lengths[index]
    const slot = addresses[index] >>> 8
    if (length <= ROOT_LENGTH) {
      // In this order no group was made here yet: what lies in a /24 comes behind all that lies around it.
      if (length === ROOT_LENGTH) root[slot] = entry
      else root.fill(entry, slot, slot + (1 << (ROOT_LENGTH - length)))
      continue
    }
    if (root[slot] < POINTER) {
      const at = made * GROUP_ENTRIES
      if (root[slot] !== 0) groups.fill(root[slot], at, at + GROUP_ENTRIES)
      root[slot] = POINTER + made++
    }
    const at = (root[slot] - POINTER) * GROUP_ENTRIES + (addresses[index] & 0xff)
    if (length === 32) groups[at] = entry
    else groups.fill(entry, at, at + (1 << (32 - length)))
  }
}
