// SPDX-License-Identifier: GPL-2.0-or-later
// Which interfaces are outside: a set in the image whose halves the control side flips when an interface appears or goes. The half is
// chosen once a batch, so that all packets of a batch are judged by the same set.

import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'

const { IMAGE_HEADER, INTERFACE_SLOTS } = IMAGE

/** Index in image.interfaces of the half in force; -1 where direction is told by prefixes alone. */
export function activeHalf(image: Image): number {
  if (!image.byInterface) return -1
  return image.header[IMAGE_HEADER.activeInterfaces] === 1 ? INTERFACE_SLOTS : 0
}

/** Whether interface `index` is in the half at `half`. 0, "no interface", is never outside. */
export function isOutside(image: Image, half: number, index: number): boolean {
  if (index === 0) return false
  // Bounded, not "until empty": the control side may be filling this half again when a batch has taken very long.
  for (let probe = 0; probe < INTERFACE_SLOTS; probe++) {
    const held = image.interfaces[half + ((index + probe) & (INTERFACE_SLOTS - 1))]
    if (held === index) return true
    if (held === 0) return false
  }
  return false
}
