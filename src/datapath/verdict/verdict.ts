// SPDX-License-Identifier: GPL-2.0-or-later
// Reason and block -> verdict: the kernel's column, the decision column and the counters (docs/verdicts.md, step 7). Each packet leaves
// the data path through settle() or settleUnread(); what observed blocks behind the first would have done is only counted.

import type { Batch } from '../../contract/batch.js'
import * as COUNTERS from '../../contract/counters.js'
import * as FIELDS from '../../contract/fields.js'
import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'
import * as NUMBERS from '../../contract/numbers.js'
import * as REASONS from '../../contract/reasons.js'
import * as VERDICTS from '../../contract/verdicts.js'
import type { Rejects } from './rejects.js'
import * as REJECTS from './rejects.js'

const { owesAnswer, rejectsFor } = REJECTS

const { counterAt, LOOSE_SPOOFED_INBOUND, LOOSE_SPOOFED_OUTBOUND, looseAt, OUTCOME_ACCEPT, OUTCOME_DROP, OUTCOME_REJECT, OUTCOME_WOULD } =
  COUNTERS
const { DIRECTION, SPOOFED } = FIELDS
const { ACTION_REJECT, BLOCK, BLOCK_WORDS, MODE_ENFORCE } = IMAGE
const { NF_ACCEPT, NF_DROP } = NUMBERS
const { DROPS, UNDECIDED } = REASONS
const { ACCEPT, DROP, NO_BLOCK_INDEX, NO_DIRECTION, OUTBOUND, packDecision, reasonOf, SHAPE_NONE } = VERDICTS

const MODE = BLOCK.mode
const ACTION = BLOCK.action

/** Where verdicts are written and counted. */
export interface Ledger {
  readonly batch: Batch
  readonly image: Image
  readonly counters: Float64Array
  /** Index of the first loose counter. */
  readonly loose: number
  readonly rejects: Rejects
}

/** A ledger; `counters` come from createCounters(image.blockCount), `now` holds the time of the batch (limits.ts). */
export function openLedger(batch: Batch, image: Image, counters: Float64Array, now: Float64Array): Ledger {
  return { batch, image, counters, loose: looseAt(image.blockCount), rejects: rejectsFor(image, now) }
}

/** Whether what this block finds decides; else it only counts. */
export function isEnforced(image: Image, block: number): boolean {
  return image.blocks[block * BLOCK_WORDS + MODE] === MODE_ENFORCE
}

/** What `reason` means for a packet that `block` gave it to: an outcome of contract/counters.ts. */
function outcomeOf(image: Image, block: number, reason: number): number {
  if (DROPS[reason] === 0) return OUTCOME_ACCEPT
  if (!isEnforced(image, block)) return OUTCOME_WOULD
  return image.blocks[block * BLOCK_WORDS + ACTION] === ACTION_REJECT ? OUTCOME_REJECT : OUTCOME_DROP
}

/** Counts what a block that does not decide, or NO_BLOCK_INDEX, makes of a packet. */
export function countOutcome(ledger: Ledger, block: number, reason: number): void {
  ledger.counters[counterAt(block, reason, outcomeOf(ledger.image, block, reason))] += 1
}

/**
 * Counts and writes the verdict of the packet in `fields`; a second call for the same slot overrules the first. A reject is a drop to the
 * kernel: the answer to the sender is a packet of our own. Without an answer it is a drop to everybody. The mark columns are left alone.
 */
export function settle(ledger: Ledger, slot: number, fields: Uint32Array, reason: number, shape: number, block: number): void {
  const { batch, image, counters } = ledger
  const meant = outcomeOf(image, block, reason)
  const outcome = meant === OUTCOME_REJECT && !owesAnswer(ledger.rejects, fields) ? OUTCOME_DROP : meant
  counters[counterAt(block, reason, outcome)] += 1
  const would = outcome === OUTCOME_WOULD ? 1 : 0
  const verdict = would === 1 ? ACCEPT : outcome
  batch.verdict[slot] = verdict === ACCEPT ? NF_ACCEPT : NF_DROP
  batch.decision[slot] = packDecision(verdict, reason, would, fields[SPOOFED], fields[DIRECTION], shape, block)
}

/** Accepts a packet that could not be read as far as its addresses: the fields still speak of another one. */
export function settleUnread(ledger: Ledger, slot: number, reason: number): void {
  countOutcome(ledger, NO_BLOCK_INDEX, reason)
  ledger.batch.verdict[slot] = NF_ACCEPT
  ledger.batch.decision[slot] = packDecision(ACCEPT, reason, 0, 0, NO_DIRECTION, SHAPE_NONE, NO_BLOCK_INDEX)
}

/** Counts a spoofed source by the side that it came from. */
export function countSpoofed(ledger: Ledger, fields: Uint32Array): void {
  if (fields[SPOOFED] === 0) return
  const side = fields[DIRECTION] === OUTBOUND ? LOOSE_SPOOFED_OUTBOUND : LOOSE_SPOOFED_INBOUND
  ledger.counters[ledger.loose + side] += 1
}

/** Before a batch: nothing is decided or owed, and what stays undecided takes the image's default verdict. */
export function prefill(ledger: Ledger, count: number): void {
  const { batch, image } = ledger
  ledger.rejects.owed = 0
  const drop = image.defaultVerdict === DROP
  const word = packDecision(drop ? DROP : ACCEPT, UNDECIDED, 0, 0, NO_DIRECTION, SHAPE_NONE, NO_BLOCK_INDEX)
  // Not fill(): on shared memory its call costs more than these stores (`npm run bench -- engine`).
  const { verdict, decision } = batch
  const kernels = drop ? NF_DROP : NF_ACCEPT
  for (let slot = 0; slot < count; slot++) {
    verdict[slot] = kernels
    decision[slot] = word
  }
}

/** After a batch that ended early, which only a bug of the engine makes it do: counts the packets that nothing has decided. */
export function countUndecided(ledger: Ledger, count: number): void {
  const { batch, image, counters } = ledger
  const outcome = image.defaultVerdict === DROP ? OUTCOME_DROP : OUTCOME_ACCEPT
  for (let slot = 0; slot < count; slot++) {
    if (reasonOf(batch.decision[slot]) === UNDECIDED) counters[counterAt(NO_BLOCK_INDEX, UNDECIDED, outcome)] += 1
  }
}
