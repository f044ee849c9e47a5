// SPDX-License-Identifier: GPL-2.0-or-later
// A source with faults, around any other: packets cut shorter in memory, lost on the way to us, or out of order. The seed decides them,
// so a failure can be had again. It has a slab of its own and copies each packet: the inner source finds its columns as it left them,
// with the verdicts in the slots of the packets that they belong to. A lost packet keeps the verdict that its slot was prefilled with.

import { type Batch, createBatch, SLOTS_AT } from '../../contract/batch.js'
import type { PacketSource } from './source.js'

export interface Faults {
  readonly seed: number
  /** Probability of each fault for each packet, 0 to 1; default 0. */
  readonly truncation?: number
  readonly loss?: number
  /** Probability that a packet changes places with another of its batch. */
  readonly reordering?: number
}

export interface Faulty extends PacketSource {
  /** How many packets met each fault so far. */
  readonly met: { truncated: number; lost: number; reordered: number }
}

/** xorshift32 (Marsaglia 2003) as numbers from 0 to below 1. The multiplication keeps small seeds apart; 0 would stay 0. */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x100000000
  }
}

const RECEIVED = ['id', 'copied', 'length', 'inInterface', 'outInterface', 'mark', 'meta', 'skbInfo', 'verdict', 'setMark'] as const

/** Copies slot `from` of one batch to slot `to` of another of the same stride, as if it had been received there. */
function copySlot(source: Batch, from: number, target: Batch, to: number): void {
  const start = SLOTS_AT + from * source.stride
  target.bytes.set(source.bytes.subarray(start, start + source.stride), SLOTS_AT + to * target.stride)
  target.at[to] = source.at[from] - start + SLOTS_AT + to * target.stride
  for (const column of RECEIVED) target[column][to] = source[column][from]
}

/** Wraps `inner`; closing the one closes the other. */
export function openFaulty(inner: PacketSource, faults: Faults): Faulty {
  const random = randomFrom(faults.seed)
  const met = { truncated: 0, lost: 0, reordered: 0 }
  const batch = createBatch(inner.batch.stride)
  /** Slots of the inner batch, in our order. */
  let order: number[] = []

  function settle(): void {
    for (const [slot, place] of order.entries()) {
      inner.batch.verdict[place] = batch.verdict[slot]
      inner.batch.setMark[place] = batch.setMark[slot]
      inner.batch.newMark[place] = batch.newMark[slot]
      inner.batch.decision[place] = batch.decision[slot]
    }
    order = []
  }

  function reorder(): void {
    for (let slot = 0; slot < order.length; slot++) {
      if (random() >= (faults.reordering ?? 0)) continue
      const other = Math.floor(random() * order.length)
      const moved = order[slot] as number
      order[slot] = order[other] as number
      order[other] = moved
      if (other !== slot) met.reordered++
    }
  }

  function receive(count: number): void {
    for (let place = 0; place < count; place++) {
      if (random() < (faults.loss ?? 0)) met.lost++
      else order.push(place)
    }
    reorder()
    for (const [slot, place] of order.entries()) {
      copySlot(inner.batch, place, batch, slot)
      if (random() >= (faults.truncation ?? 0)) continue
      batch.copied[slot] = Math.floor(random() * batch.copied[slot])
      met.truncated++
    }
  }

  return {
    batch,
    met,
    exchange(waitMilliseconds) {
      // A batch that was lost whole is not the silence that 0 stands for.
      for (;;) {
        settle()
        const count = inner.exchange(waitMilliseconds)
        receive(count)
        if (count === 0 || order.length > 0) return order.length
      }
    },
    close() {
      settle()
      inner.close()
    },
  }
}
