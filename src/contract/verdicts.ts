// SPDX-License-Identifier: GPL-2.0-or-later
// The decision word: all that the engine says of one packet, in 32 bits. verdict/ writes it, metrics, replay, explain and tests read it.
//
//   31            16 15      13 12      10   9        8        7        2 1       0
//  +----------------+----------+----------+--------+--------+------------+---------+
//  | block + 1      | shape    | direction| spoofed| would  | reason     | verdict |
//  +----------------+----------+----------+--------+--------+------------+---------+
//
// A word of 0 reads "accept, undecided, no block": what a slot says before the engine has seen it.

export const ACCEPT = 0
export const DROP = 1
export const REJECT = 2
export const VERDICTS = ['accept', 'drop', 'reject'] as const

export const INBOUND = 0
export const OUTBOUND = 1
export const INTERNAL = 2
export const TRANSIT = 3
/** The packet could not be read as far as its addresses. */
export const NO_DIRECTION = 4
export const DIRECTIONS = ['inbound', 'outbound', 'internal', 'transit', 'none'] as const

/** No shape was asked for. */
export const SHAPE_NONE = 0
export const SHAPE_REQUEST = 1
export const SHAPE_REPLY = 2
export const SHAPE_OTHER = 3
export const SHAPE_SHORT = 4
export const SHAPE_CUT = 5
export const SHAPES = ['none', 'request', 'reply', 'other', 'short', 'cut'] as const

export const NO_BLOCK_INDEX = -1

/** Packs a decision. `block` is an index into the image's blocks or NO_BLOCK_INDEX; `would` and `spoofed` are 0 or 1. */
export function packDecision(
  verdict: number,
  reason: number,
  would: number,
  spoofed: number,
  direction: number,
  shape: number,
  block: number,
): number {
  return (verdict | (reason << 2) | (would << 8) | (spoofed << 9) | (direction << 10) | (shape << 13) | ((block + 1) << 16)) >>> 0
}

export const verdictOf = (decision: number): number => decision & 3
export const reasonOf = (decision: number): number => (decision >>> 2) & 63
/** 1 where a block in mode observe would have dropped the packet. */
export const wouldOf = (decision: number): number => (decision >>> 8) & 1
/** 1 where a customer source arrived from outside or a foreign source from inside. */
export const spoofedOf = (decision: number): number => (decision >>> 9) & 1
export const directionOf = (decision: number): number => (decision >>> 10) & 7
export const shapeOf = (decision: number): number => (decision >>> 13) & 7
/** Index of the block that gave the reason, or NO_BLOCK_INDEX. */
export const blockOf = (decision: number): number => (decision >>> 16) - 1
