// SPDX-License-Identifier: GPL-2.0-or-later
// One packet through the engine itself: the compiled policy, one slot in memory, decide. What the decision word does not say is asked of
// the engine's own stages and counters: which blocks cover the packet (classify), what each candidate found (the counters), which shape
// it saw (inspect). Nothing is decided here.

import type { Bytes } from '../contract/batch.js'
import { counterAt, createCounters, OUTCOMES } from '../contract/counters.js'
import { FIELD_WORDS, SHAPE, STATUS } from '../contract/fields.js'
import { ENTRY_BLOCK, type Image, openImage } from '../contract/image.js'
import { HEADER_CHAIN, REASONS, UNDECIDED } from '../contract/reasons.js'
import { compile } from '../control/compile/compile.js'
import { publishInterfaces } from '../control/compile/interfaces.js'
import type { KernelPlan } from '../control/compile/kernel-plan.js'
import type { Provenance } from '../control/compile/provenance.js'
import type { SteeringPlan } from '../control/compile/steering.js'
import type { Direction, Policy } from '../control/policy/policy.js'
import { classify, NOT_OURS_LIST } from '../datapath/classify/classify.js'
import { leftOut } from '../datapath/classify/in-force.js'
import { activeHalf } from '../datapath/classify/interfaces.js'
import { createEngine, decideByStages, type Engine } from '../datapath/decide.js'
import { inspect } from '../datapath/inspect/inspect.js'
import { type LoopbackPacket, openLoopback } from '../datapath/packet/loopback.js'
import type { FrameFacts } from './frame.js'

export interface Asked {
  /** With `outside` empty, direction is told by prefixes. */
  readonly policy: Policy
  readonly packet: LoopbackPacket
  /** Indices of the interfaces that policy.outside names. */
  readonly outside: readonly number[]
  /** Where the packet is from; null: the operator said it. */
  readonly frame?: FrameFacts | null
  /** The interfaces are not what was said, but follow from this. For words alone. */
  readonly assume?: Direction
  /** Seconds since 1970 (UTC). */
  readonly now: number
}

/** What a candidate made of the packet: numbers of contract/reasons.ts, counters.ts (OUTCOMES) and verdicts.ts (SHAPES). */
export interface Found {
  readonly reason: number
  readonly outcome: number
  readonly shape: number
}

export interface Covering {
  readonly block: number
  /** Of the image's list, with its flags. */
  readonly entry: number
  /** DORMANT, EXEMPT, or UNDECIDED for a candidate. */
  readonly leftOut: number
  /** null where the block was not evaluated. */
  readonly found: Found | null
}

export interface Answer {
  /** contract/verdicts.ts. */
  readonly decision: number
  /** contract/fields.ts, as parse and classify left them. */
  readonly fields: Uint32Array
  /** What PAYLOAD_AT counts in. */
  readonly memory: Bytes
  readonly image: Image
  readonly provenance: Provenance
  readonly plan: SteeringPlan
  readonly drops: KernelPlan
  /** In policy order; empty where the packet was accepted before any block was asked. */
  readonly covering: readonly Covering[]
}

const NO_DIGEST = new Uint32Array(8)

/** Decides one packet. Throws POLICY_TOO_LARGE as a compilation does. */
export function askEngine({ policy, packet, outside, now }: Asked): Answer {
  const { image: memory, provenance, plan, drops } = compile(policy, { digest: NO_DIGEST, generation: 1, now })
  const image = openImage(memory)
  if (image.byInterface) publishInterfaces(image, outside)
  const source = openLoopback([packet], { copyRange: image.copyRange })
  const engine = createEngine(source.batch, image, createCounters(image.blockCount))
  decideByStages(engine, source.exchange(0), now)
  const covering = coveringOf(engine)
  const fields = Uint32Array.from({ length: FIELD_WORDS }, (_, word) => engine.fields[word])
  return { decision: source.batch.decision[0], fields, memory: source.batch, image, provenance, plan, drops, covering }
}

function coveringOf(engine: Engine): Covering[] {
  const { batch, image, fields } = engine
  if (fields[STATUS] !== UNDECIDED && fields[STATUS] !== HEADER_CHAIN) return []
  const list = classify(image, fields, batch.inInterface[0], batch.outInterface[0], activeHalf(image))
  if (list === NOT_OURS_LIST) return []
  return Array.from(image.lists.subarray(list + 1, list + 1 + image.lists[list]), (entry) => {
    const block = entry & ENTRY_BLOCK
    const out = leftOut(engine.inForce, entry)
    return { block, entry, leftOut: out, found: out === UNDECIDED ? foundBy(engine, block, entry) : null }
  })
}

/** The one counter of the block that has moved; none, where the engine stopped before it. */
function foundBy({ batch, image, fields, counters }: Engine, block: number, entry: number): Found | null {
  for (const reason of REASONS.keys()) {
    for (const outcome of OUTCOMES.keys()) {
      if (counters[counterAt(block, reason, outcome)] === 0) continue
      inspect(image, entry, batch, fields)
      return { reason, outcome, shape: fields[SHAPE] }
    }
  }
  return null
}
