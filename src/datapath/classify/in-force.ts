// SPDX-License-Identifier: GPL-2.0-or-later
// Which blocks stand how at the time of a batch. Dates are whole seconds, so it is worked out when the second changes, not per packet.

import { BLOCK, BLOCK_WORDS, type Image, MODE_ENFORCE, NEVER } from '../../contract/image.js'

/** Not in force: before `since`, or at or after `expires`. */
export const STANDING_DORMANT = 0
export const STANDING_OBSERVE = 1
export const STANDING_ENFORCE = 2

export interface Standing {
  /** A standing for each block of the image. */
  readonly blocks: Uint8Array
  /** The second since 1970 (UTC) that they are true for. */
  second: number
}

/** Standings of an image's blocks, not yet worked out. */
export function createStanding(image: Image): Standing {
  return { blocks: new Uint8Array(image.blockCount), second: -1 }
}

/** Brings the standings to `nowSeconds`, of which the fraction does not matter. */
export function refreshStanding(image: Image, standing: Standing, nowSeconds: number): void {
  const second = Math.floor(nowSeconds)
  if (second === standing.second) return
  standing.second = second
  const { blocks } = image
  for (let block = 0; block < image.blockCount; block++) {
    const at = block * BLOCK_WORDS
    const expires = blocks[at + BLOCK.expires]
    const inForce = second >= blocks[at + BLOCK.since] && (second < expires || expires === NEVER)
    if (!inForce) standing.blocks[block] = STANDING_DORMANT
    else standing.blocks[block] = blocks[at + BLOCK.mode] === MODE_ENFORCE ? STANDING_ENFORCE : STANDING_OBSERVE
  }
}
