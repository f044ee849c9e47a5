// SPDX-License-Identifier: GPL-2.0-or-later
// Verdict totals since the start, across reloads. The live counters belong to the image in force (contract/counters.ts); when an image
// retires, their last values are folded in here under the block's name, because the next policy may give its index to another block.

import {
  counterAt,
  LOOSE_COUNTERS,
  LOOSE_REJECTS_SENT,
  LOOSE_REJECTS_UNSENT,
  LOOSE_SPOOFED_INBOUND,
  LOOSE_SPOOFED_OUTBOUND,
  looseAt,
  OUTCOMES,
} from '../contract/counters.js'
import { REASONS } from '../contract/reasons.js'
import { NO_BLOCK_INDEX } from '../contract/verdicts.js'

export interface CountedBlock {
  readonly name: string
  readonly mode: 'observe' | 'enforce'
}

export interface VerdictTotal {
  /** Name of the block; empty where none gave the reason. */
  readonly block: string
  /** Empty where no block gave the reason. */
  readonly mode: '' | 'observe' | 'enforce'
  readonly reason: string
  readonly verdict: string
  readonly packets: number
}

export interface Totals {
  readonly verdicts: readonly VerdictTotal[]
  readonly spoofedInbound: number
  readonly spoofedOutbound: number
  /** Answers to rejected packets that left, and those that could not. */
  readonly rejectsSent: number
  readonly rejectsUnsent: number
}

const NONE = { name: '', mode: '' } as const

/** Cells that are not zero, of the counters of all workers under one image. */
function* cells(blocks: readonly CountedBlock[], counters: readonly Float64Array[]): Generator<VerdictTotal> {
  for (let block = NO_BLOCK_INDEX; block < blocks.length; block++) {
    const { name, mode } = block === NO_BLOCK_INDEX ? NONE : (blocks[block] as CountedBlock)
    for (let reason = 0; reason < REASONS.length; reason++) {
      for (let outcome = 0; outcome < OUTCOMES.length; outcome++) {
        const at = counterAt(block, reason, outcome)
        const packets = counters.reduce((sum, words) => sum + (words[at] as number), 0)
        if (packets > 0) {
          yield { block: name, mode, reason: REASONS[reason] as string, verdict: OUTCOMES[outcome] as string, packets }
        }
      }
    }
  }
}

const keyOf = (cell: VerdictTotal): string => `${cell.block}\0${cell.mode}\0${cell.reason}\0${cell.verdict}`

/** Live counters: those of all workers under one image, and the blocks that its indices mean. */
export interface Counted {
  readonly blocks: readonly CountedBlock[]
  readonly counters: readonly Float64Array[]
}

export class TotalsKeeper {
  readonly #retired = new Map<string, VerdictTotal>()
  readonly #live = new Set<Counted>()
  readonly #loose = new Float64Array(LOOSE_COUNTERS)

  /** From now on these count too. While a publication is under way the old and the new are both live, so that no total ever falls. */
  attach(counted: Counted): void {
    this.#live.add(counted)
  }

  /** Folds in the last values of counters that no worker writes any more. */
  retire(counted: Counted): void {
    this.#live.delete(counted)
    fold(this.#retired, counted)
    foldLoose(this.#loose, counted)
  }

  /** Retired and live together. */
  read(): Totals {
    const all = new Map(this.#retired)
    const loose = this.#loose.slice()
    for (const counted of this.#live) {
      fold(all, counted)
      foldLoose(loose, counted)
    }
    return {
      verdicts: [...all.values()],
      spoofedInbound: loose[LOOSE_SPOOFED_INBOUND] as number,
      spoofedOutbound: loose[LOOSE_SPOOFED_OUTBOUND] as number,
      rejectsSent: loose[LOOSE_REJECTS_SENT] as number,
      rejectsUnsent: loose[LOOSE_REJECTS_UNSENT] as number,
    }
  }
}

function fold(into: Map<string, VerdictTotal>, { blocks, counters }: Counted): void {
  for (const cell of cells(blocks, counters)) {
    const key = keyOf(cell)
    into.set(key, { ...cell, packets: cell.packets + (into.get(key)?.packets ?? 0) })
  }
}

function foldLoose(into: Float64Array, { blocks, counters }: Counted): void {
  const at = looseAt(blocks.length)
  for (const words of counters) {
    for (let which = 0; which < LOOSE_COUNTERS; which++) into[which] = (into[which] as number) + (words[at + which] as number)
  }
}
