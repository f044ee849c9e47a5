// SPDX-License-Identifier: GPL-2.0-or-later
// Which covering blocks are candidates. What depends on time is worked out when the second changes, since dates are whole seconds, and not
// per packet.

import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'
import * as REASONS from '../../contract/reasons.js'

const { BLOCK, BLOCK_WORDS, ENTRY_BLOCK, ENTRY_EXEMPT, NEVER } = IMAGE
const { DORMANT, EXEMPT, UNDECIDED } = REASONS

export interface InForce {
  /** 1 for each block of the image that is in force. */
  readonly blocks: Uint8Array
  /** The second since 1970 (UTC) that this is true for. */
  second: number
}

/** No block in force yet. */
export function createInForce(image: Image): InForce {
  return { blocks: new Uint8Array(image.blockCount), second: -1 }
}

/** Brings it to `nowSeconds`, of which the fraction does not matter. */
export function refreshInForce(image: Image, inForce: InForce, nowSeconds: number): void {
  const second = Math.floor(nowSeconds)
  if (second === inForce.second) return
  inForce.second = second
  for (let block = 0; block < image.blockCount; block++) {
    const since = image.blocks[block * BLOCK_WORDS + BLOCK.since]
    const expires = image.blocks[block * BLOCK_WORDS + BLOCK.expires]
    inForce.blocks[block] = second >= since && (second < expires || expires === NEVER) ? 1 : 0
  }
}

/** Why the block of a list's `entry` is no candidate: DORMANT, which comes before EXEMPT; or UNDECIDED where it is one. */
export function leftOut(inForce: InForce, entry: number): number {
  if (inForce.blocks[entry & ENTRY_BLOCK] === 0) return DORMANT
  return (entry & ENTRY_EXEMPT) === 0 ? UNDECIDED : EXEMPT
}
