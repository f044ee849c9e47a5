// SPDX-License-Identifier: GPL-2.0-or-later
// The interface table of an image, the one part that changes after publication: interfaces come and go, policies stay. The half that nobody
// reads is filled, then the halves change places in one aligned store; a reader sees the old set or the new one.

import { IMAGE_HEADER, type Image, INTERFACE_SLOTS, MAX_OUTSIDE_INTERFACES } from '../../contract/image.js'
import { requireAtMost } from './limits.js'

/**
 * Makes `indices` the outside interfaces of `image`, published or not. Throws POLICY_TOO_LARGE beyond MAX_OUTSIDE_INTERFACES and leaves the
 * old set in force. Call it again only once every worker has begun another batch, or a slow one may read the half that is being filled.
 */
export function publishInterfaces(image: Image, indices: readonly number[]): void {
  const distinct = new Set(indices)
  requireAtMost(MAX_OUTSIDE_INTERFACES, distinct.size, 'outside interfaces')
  const half = 1 - Atomics.load(image.header, IMAGE_HEADER.activeInterfaces)
  const first = half * INTERFACE_SLOTS
  for (let slot = 0; slot < INTERFACE_SLOTS; slot++) Atomics.store(image.interfaces, first + slot, 0)
  for (const index of distinct) {
    let slot = index & (INTERFACE_SLOTS - 1)
    while (Atomics.load(image.interfaces, first + slot) !== 0) slot = (slot + 1) & (INTERFACE_SLOTS - 1)
    Atomics.store(image.interfaces, first + slot, index)
  }
  Atomics.store(image.header, IMAGE_HEADER.activeInterfaces, half)
}
