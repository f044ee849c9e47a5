// SPDX-License-Identifier: GPL-2.0-or-later
// One line of words for what was said of a packet, the same whether the oracle or the engine said it: rows expect it, differences print it.

import { OUTCOMES } from '../../src/contract/counters.js'
import { REASONS } from '../../src/contract/reasons.js'
import {
  blockOf,
  DIRECTIONS,
  directionOf,
  reasonOf,
  SHAPES,
  shapeOf,
  spoofedOf,
  VERDICTS,
  verdictOf,
  wouldOf,
} from '../../src/contract/verdicts.js'
import type { Increment, Judgement } from './linear.js'

type Decision = Omit<Judgement, 'increments' | 'loose'>

/** `drop request 0 inbound request`: verdict, reason, block index or `-`, direction, shape, then `would` and `spoofed` where they hold. */
export function describe(decision: Decision): string {
  const words = [
    VERDICTS[decision.verdict as 0] ?? `verdict:${decision.verdict}`,
    REASONS[decision.reason] ?? `reason:${decision.reason}`,
    decision.block < 0 ? '-' : `${decision.block}`,
    DIRECTIONS[decision.direction] ?? `direction:${decision.direction}`,
    SHAPES[decision.shape] ?? `shape:${decision.shape}`,
  ]
  if (decision.would) words.push('would')
  if (decision.spoofed) words.push('spoofed')
  return words.join(' ')
}

/** The same of a decision word of the engine. */
export function describeWord(word: number): string {
  return describe({
    verdict: verdictOf(word),
    reason: reasonOf(word),
    block: blockOf(word),
    would: wouldOf(word) as 0 | 1,
    spoofed: spoofedOf(word) as 0 | 1,
    direction: directionOf(word),
    shape: shapeOf(word),
  })
}

/** `0/request/drop`, in ascending order, so that the order of counting does not matter. */
export function describeIncrements(increments: readonly Increment[]): string {
  return increments
    .map(({ block, reason, outcome }) => `${block < 0 ? '-' : block}/${REASONS[reason]}/${OUTCOMES[outcome]}`)
    .sort()
    .join(' ')
}
