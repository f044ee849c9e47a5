// SPDX-License-Identifier: GPL-2.0-or-later
// The real compiler and the real engine over a slab in memory, for tests that hold them against the oracle. Packets lie at odd places
// among noise, so that a byte read beyond the copied ones shows as a difference sooner or later.

import { BATCH_SLOTS, type Batch, createBatch, SLOTS_AT } from '../../src/contract/batch.js'
import { createCounters } from '../../src/contract/counters.js'
import { type Image, openImage } from '../../src/contract/image.js'
import { compile } from '../../src/control/compile/compile.js'
import { publishInterfaces } from '../../src/control/compile/interfaces.js'
import type { Policy } from '../../src/control/policy/policy.js'
import { createEngine, decide, type Engine } from '../../src/datapath/decide.js'
import type { Packet } from '../oracle/readable.js'

/** Room for the largest generated packet and the noise before it. */
const STRIDE = 2048

export interface EngineRun {
  readonly image: Image
  readonly batch: Batch
  readonly counters: Float64Array
  readonly engine: Engine
  /** When the policy must be compiled again, because an exemption is over. */
  readonly nextChange: number
}

/** One slab for all runs: the engine may rely on nothing that a run before left in it. */
const slab = createBatch(STRIDE)

/** Compiles the policy as of `now` and opens an engine, as a worker does with each new image. */
export function openRun(policy: Policy, outside: readonly number[], now: number): EngineRun {
  const { image: memory, nextChange } = compile(policy, { digest: new Uint32Array(8), generation: 1, now })
  return openRunOn(openImage(memory), policy, outside, nextChange)
}

/** The same on an image that is there already. */
export function openRunOn(image: Image, policy: Policy, outside: readonly number[], nextChange: number): EngineRun {
  if (policy.outside.length > 0) {
    // Others first, and now one half in force and now the other, so that a half which is not emptied or not flipped shows.
    if (outside.length % 2 === 1) publishInterfaces(image, [7])
    publishInterfaces(image, [3, 5, 1025])
    publishInterfaces(image, outside)
  }
  const counters = createCounters(image.blockCount)
  return { image, batch: slab, counters, engine: createEngine(slab, image, counters), nextChange }
}

/** What the engine said of one packet: the decision word, and the columns that go back to the kernel. */
export interface Said {
  readonly decision: number
  readonly verdict: number
  readonly setMark: number
}

/** Decides all packets at one time, in batches as full as can be. */
export function runPackets({ batch, engine }: EngineRun, packets: readonly Packet[], nowSeconds: number): Said[] {
  const said: Said[] = []
  for (let first = 0; first < packets.length; first += BATCH_SLOTS) {
    const some = packets.slice(first, first + BATCH_SLOTS)
    for (const [slot, packet] of some.entries()) place(batch, slot, packet)
    decide(engine, some.length, nowSeconds)
    for (const slot of some.keys()) {
      said.push({ decision: batch.decision[slot]!, verdict: batch.verdict[slot]!, setMark: batch.setMark[slot]! })
    }
  }
  return said
}

export function place(batch: Batch, slot: number, { copied, length, inInterface, outInterface }: Packet): void {
  if (copied.length > STRIDE - 100) throw new RangeError(`a packet of ${copied.length} bytes does not fit into a slot of the test`)
  const start = SLOTS_AT + slot * STRIDE
  const at = start + ((slot * 7) % 61)
  batch.bytes.fill(0x11 + slot * 41, start, start + STRIDE)
  batch.bytes.set(copied, at)
  batch.id[slot] = slot
  batch.at[slot] = at
  batch.copied[slot] = copied.length
  batch.length[slot] = length
  batch.inInterface[slot] = inInterface
  batch.outInterface[slot] = outInterface
  batch.decision[slot] = 0xdeadbeef
  batch.verdict[slot] = 0xff
  batch.setMark[slot] = 0
}
