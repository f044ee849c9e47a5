// SPDX-License-Identifier: GPL-2.0-or-later
// What one worker counted under one image: a SharedArrayBuffer of doubles, written by that worker alone, read by the main thread at any
// time. A new image comes with new counters, so an index never changes meaning; the main thread folds the old ones into its totals once
// the worker has taken the new image.
//
//   [ block 0 = no block | block 1 = index 0 | ... ]  x  REASON_COUNT  x  OUTCOMES   then the loose counters
//
// Doubles, because `x[i]++` on a Float64Array is exact up to 2^53, needs no BigInt, and an aligned 8-byte store is not torn on any
// platform Node runs on in 64 bits.

import { REASON_COUNT } from './reasons.js'

/** What happened to a packet. WOULD: accepted, but dropped had the block been enforced. */
export const OUTCOME_ACCEPT = 0
export const OUTCOME_DROP = 1
export const OUTCOME_REJECT = 2
export const OUTCOME_WOULD = 3
export const OUTCOMES = ['accept', 'drop', 'reject', 'would'] as const

const OUTCOME_COUNT = OUTCOMES.length

/** Index of the counter of (block, reason, outcome); `block` may be NO_BLOCK_INDEX (-1). */
export function counterAt(block: number, reason: number, outcome: number): number {
  return ((block + 1) * REASON_COUNT + reason) * OUTCOME_COUNT + outcome
}

/**
 * Loose counters, behind the table: customer sources from outside, foreign sources from inside; answers to rejected packets that left, and
 * those that could not (no socket, no address of our own, refused by the kernel).
 */
export const LOOSE_SPOOFED_INBOUND = 0
export const LOOSE_SPOOFED_OUTBOUND = 1
export const LOOSE_REJECTS_SENT = 2
export const LOOSE_REJECTS_UNSENT = 3
export const LOOSE_COUNTERS = 8

/** Index of the first loose counter for an image of `blocks` blocks. */
export function looseAt(blocks: number): number {
  return counterAt(blocks, 0, 0)
}

/** New, zeroed counters for an image of `blocks` blocks. */
export function createCounters(blocks: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer((looseAt(blocks) + LOOSE_COUNTERS) * Float64Array.BYTES_PER_ELEMENT))
}
