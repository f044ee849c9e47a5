// SPDX-License-Identifier: GPL-2.0-or-later
// The 256-entry groups of both look-up tables while they grow: one array, doubled when full. Whoever knows how many there will be at most
// says so, because moving a hundred megabytes several times is most of what compiling a large policy costs; memory that is never written costs none.

import { GROUP_ENTRIES } from '../../contract/image.js'
import { MAX_GROUPS, requireAtMost } from './limits.js'

const LEAST_GROUPS = 16

export class Groups {
  /** Room for more groups than there are; read it anew after each add(). */
  words: Uint32Array<ArrayBuffer>
  count = 0

  /** Room for `expected` groups at first. */
  constructor(expected = LEAST_GROUPS) {
    this.words = new Uint32Array(Math.min(Math.max(expected, LEAST_GROUPS), MAX_GROUPS) * GROUP_ENTRIES)
  }

  /** Adds a group whose entries are all `entry`, and returns its number. */
  add(entry: number): number {
    const at = this.count * GROUP_ENTRIES
    if (at === this.words.length) {
      requireAtMost(MAX_GROUPS, this.count + 1, 'address groups of one family (hosts and small prefixes far from each other)')
      const larger = new Uint32Array(2 * at)
      larger.set(this.words)
      this.words = larger
    }
    if (entry !== 0) this.words.fill(entry, at, at + GROUP_ENTRIES)
    return this.count++
  }

  /** The groups there are. */
  used(): Uint32Array {
    return this.words.subarray(0, this.count * GROUP_ENTRIES)
  }
}
